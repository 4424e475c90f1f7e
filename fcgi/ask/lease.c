#include "ask/lease.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "claude/handoff.h"
#include "ipc/lease_msg.h"

#define NO_PIPES ((struct pipes){-1, -1, -1})

void lease_init(struct lease *l, int keeper)
{
	*l = (struct lease){.keeper = keeper, .pipes = NO_PIPES, .handoff = BUF_INIT(HANDOFF_MAX)};
}

void lease_finish(struct lease *l)
{
	pipes_close(&l->pipes);
	buf_finish(&l->handoff);
	if (l->keeper >= 0)
		close(l->keeper);
	l->keeper = -1;
}

/*
 * Sends the keeper a message. -1: it does not hear this one and will not answer; it ends the child
 * when this worker ends.
 */
static int say(struct lease *l, struct lease_msg m, int handoff)
{
	if (lease_send(l->keeper, &m, &handoff, handoff >= 0, true) == 0)
		return 0;
	l->draining = true; /* no keeper, no further request */
	return -1;
}

static void read_handoff(struct lease *l, int fd)
{
	char bytes[4096];
	off_t at = 0;
	ssize_t n;

	buf_clear(&l->handoff);
	while (fd >= 0 && (n = pread(fd, bytes, sizeof(bytes), at)) > 0 &&
		buf_add(&l->handoff, bytes, (size_t)n) == 0)
		at += n;
}

static void keep_child(struct lease *l, const struct lease_msg *m, int fds[LEASE_MAX_FDS])
{
	pipes_close(&l->pipes);
	l->kind = (enum lease_kind)m->why;
	l->pipes.in = mem_steal_fd(&fds[0]);
	l->pipes.out = mem_steal_fd(&fds[1]);
	l->pipes.err = mem_steal_fd(&fds[2]);
	read_handoff(l, fds[3]);
}

/* The keeper's next message. If the keeper is gone, that is a refusal, and `draining` is set. */
static struct lease_msg hear(struct lease *l)
{
	int fds[LEASE_MAX_FDS];
	struct lease_msg m;

	if (lease_receive(l->keeper, &m, fds) < 0) {
		l->draining = true;
		return (struct lease_msg){.op = LEASE_REFUSED, .why = ERR_INTERNAL};
	}
	if (m.op == LEASE_GRANTED)
		keep_child(l, &m, fds);
	if (m.op == LEASE_DRAIN)
		l->draining = true;
	lease_close_fds(fds);
	return m;
}

static int refused(
	struct lease *l, const struct lease_msg *m, const struct lease_wish *wish, struct err *err)
{
	l->taken = false;
	if (m->why == ERR_RATE_LIMIT) {
		err_set(err, ERR_RATE_LIMIT,
			"This API key has as many requests running as it may have at once: %u.",
			wish->most);
		err->retry_after = 1;
		return -1;
	}
	if (m->why == ERR_OVERLOADED) {
		err_set(err, ERR_OVERLOADED, "Too many requests are waiting for claude already.");
		err->retry_after = 1;
		return -1;
	}
	return err_set(err, ERR_INTERNAL, "claude cannot be started; the proxy's log says why.");
}

static int give_up(struct lease *l, bool client_left, struct err *err)
{
	lease_end(l, false);
	if (client_left)
		return err_set(err, ERR_GONE, "The client left while it waited.");
	err_set(err, ERR_RATE_LIMIT,
		"Every claude process is busy; PROXY_CHILDREN sets how many there are.");
	err->retry_after = 5;
	return -1;
}

int lease_take(struct lease *l, const struct lease_wish *wish, struct pollfd client,
	long long deadline, struct err *err)
{
	struct pollfd fds[2] = {{.fd = l->keeper, .events = POLLIN}, client};
	struct lease_msg ask = {
		.op = LEASE_TAKE,
		.most = wish->most,
		.has_key = wish->key != NULL,
		.owner = wish->owner,
	};

	if (wish->key != NULL)
		ask.key = *wish->key;
	l->taken = true;
	if (say(l, ask, -1) < 0)
		return refused(l, &(struct lease_msg){.why = ERR_INTERNAL}, wish, err);
	for (;;) {
		int n = poll(fds, 2, clock_until(deadline));
		struct lease_msg m;

		if (n == 0 || (n > 0 && fds[1].revents != 0))
			return give_up(l, n > 0, err);
		if (n < 0)
			continue;
		m = hear(l);
		if (m.op == LEASE_GRANTED && l->pipes.err >= 0)
			return 0;
		if (m.op == LEASE_GRANTED)
			lease_end(l, true);
		if (m.op != LEASE_DRAIN)
			return refused(l, &m, wish, err);
	}
}

void lease_done(struct lease *l)
{
	if (l->taken)
		say(l, (struct lease_msg){.op = LEASE_DONE}, -1);
}

void lease_promise(struct lease *l, const struct lease_key *key)
{
	say(l, (struct lease_msg){.op = LEASE_PROMISE, .key = *key}, -1);
}

/* Writes the handoff to memory that is freed with its last descriptor, which is returned, or -1. */
static int write_handoff(const struct buf *handoff)
{
	int fd = memfd_create("handoff", MFD_CLOEXEC);

	if (fd >= 0 && pwrite(fd, handoff->data, handoff->len, 0) != (ssize_t)handoff->len) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void lease_park(struct lease *l, bool calls, const struct buf *handoff)
{
	int fd = handoff->len > 0 ? write_handoff(handoff) : -1;

	if (handoff->len > 0 && fd < 0) {
		lease_end(l, true);
		return;
	}
	say(l, (struct lease_msg){.op = LEASE_PARK, .calls = calls}, fd);
	if (fd >= 0)
		close(fd);
	pipes_close(&l->pipes);
	l->taken = false;
}

void lease_end(struct lease *l, bool at_once)
{
	struct lease_msg m = {.op = LEASE_DRAIN};

	if (l->taken && say(l, (struct lease_msg){.op = at_once ? LEASE_KILL : LEASE_END}, -1) == 0)
		/* A grant may still come before the answer: hear takes its pipes, closed below. */
		while (m.op != LEASE_ENDED && !(l->draining && m.op == LEASE_REFUSED))
			m = hear(l);
	pipes_close(&l->pipes);
	l->taken = false;
}

int lease_count(struct lease *l, struct lease_counts *counts)
{
	struct lease_msg m = {.op = LEASE_COUNT};

	if (say(l, m, -1) < 0)
		return -1;
	do {
		m = hear(l);
	} while (m.op == LEASE_DRAIN);
	*counts = m.counts;
	return m.op == LEASE_COUNTED ? 0 : -1;
}

void lease_listen(struct lease *l)
{
	hear(l);
}
