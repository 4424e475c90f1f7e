#include "claude/lease.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

#define NO_PIPES ((struct child_pipes){-1, -1, -1})

void lease_init(struct lease *l, int keeper)
{
	*l = (struct lease){.keeper = keeper, .pipes = NO_PIPES};
}

void lease_finish(struct lease *l)
{
	child_pipes_close(&l->pipes);
	if (l->keeper >= 0)
		close(l->keeper);
	l->keeper = -1;
}

static void say(struct lease *l, enum lease_op op)
{
	struct lease_msg m = {.op = op};

	if (send(l->keeper, &m, sizeof(m), MSG_NOSIGNAL) < 0)
		l->draining = true; /* no keeper, no further request */
}

static void keep_pipes(struct lease *l, struct msghdr *h)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);
	int fds[3];

	if (c == NULL || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(fds)))
		return;
	memcpy(fds, CMSG_DATA(c), sizeof(fds));
	child_pipes_close(&l->pipes);
	l->pipes = (struct child_pipes){fds[0], fds[1], fds[2]};
}

/* The keeper's next message; a dead keeper says LEASE_DRAIN, then refuses. */
static struct lease_msg hear(struct lease *l)
{
	char control[CMSG_SPACE(3 * sizeof(int))];
	struct lease_msg m;
	struct iovec part = {&m, sizeof(m)};
	struct msghdr h = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};

	if (recvmsg(l->keeper, &h, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof(m)) {
		l->draining = true;
		return (struct lease_msg){.op = LEASE_REFUSED, .why = ERR_INTERNAL};
	}
	keep_pipes(l, &h);
	if (m.op == LEASE_DRAIN)
		l->draining = true;
	return m;
}

static int refused(struct lease *l, const struct lease_msg *m, struct err *err)
{
	l->taken = false;
	if (m->why == ERR_OVERLOADED) {
		err_set(err, ERR_OVERLOADED, "Too many requests are waiting for claude already.");
		err->retry_after = 1;
		return -1;
	}
	return err_set(err, ERR_INTERNAL, "claude cannot be started; the proxy's log says why.");
}

int lease_take(struct lease *l, struct pollfd client, long long deadline, struct err *err)
{
	struct pollfd fds[2] = {{.fd = l->keeper, .events = POLLIN}, client};

	l->taken = true;
	say(l, LEASE_TAKE);
	for (;;) {
		int n = poll(fds, 2, clock_until(deadline));
		struct lease_msg m;

		if (n == 0 || (n > 0 && fds[1].revents != 0)) {
			lease_end(l, false);
			if (n > 0)
				return err_set(err, ERR_GONE, "The client left while it waited.");
			err_set(err, ERR_RATE_LIMIT,
				"Every claude process is busy; PROXY_CHILDREN sets how many there "
				"are.");
			err->retry_after = 5;
			return -1;
		}
		if (n < 0)
			continue;
		m = hear(l);
		if (m.op == LEASE_GRANTED && l->pipes.in >= 0)
			return 0;
		if (m.op == LEASE_GRANTED)
			lease_end(l, true);
		if (m.op != LEASE_DRAIN)
			return refused(l, &m, err);
	}
}

void lease_end(struct lease *l, bool at_once)
{
	struct lease_msg m = {.op = LEASE_DRAIN};

	if (l->taken) {
		say(l, at_once ? LEASE_KILL : LEASE_END);
		/* A grant may be on its way still: its pipes come before the answer. */
		while (m.op != LEASE_ENDED && !(l->draining && m.op == LEASE_REFUSED))
			m = hear(l);
	}
	child_pipes_close(&l->pipes);
	l->taken = false;
}

void lease_listen(struct lease *l)
{
	hear(l);
}
