#include "ask/converse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "claude/headers.h"

/* How many bytes may wait for the child to take them: they are the whole conversation. */
#define PENDING_MAX ((size_t)1 << 30)

/*
 * How much is kept of what a child says on stderr. If it does not get ready, PROXY_LOG=debug logs
 * that; no other level does, as the child may quote what it was told.
 */
#define STDERR_KEPT 512

struct talk {
	struct converse *c;
	struct buf pending;
	size_t sent;
	char last_words[STDERR_KEPT + 1];
	struct headers headers;
	long long begun_at;
	long long told_at;  /* clock_ms: when the child took something last */
	long long heard_at; /* clock_ms: when the child said something last */
	long long spoke_at; /* clock_ms: when the client was sent something last */
};

/* Until when (clock_ms) the child is waited for, and what is said if it was too long. */
struct watch {
	long long until;
	const char *expired;
};

enum { TO_CHILD, FROM_CHILD, CHILD_STDERR, CLIENT, N_FDS };

static bool is_abandoned(const struct converse *c)
{
	return c->abandon != NULL && c->abandon->kind != ERR_NONE;
}

static void set_nonblocking(int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void fail(struct talk *t, enum err_kind kind, const char *why)
{
	struct err err;

	err_set(&err, kind, "%s", why);
	decode_fail(t->c->decode, &err);
}

static void send_replies(struct talk *t)
{
	struct buf *replies = &t->c->decode->replies;

	if (buf_add(&t->pending, replies->data, replies->len) < 0)
		fail(t, ERR_TOO_LARGE, "The tools are too large.");
	buf_clear(replies);
}

static void prepare_lines(struct talk *t)
{
	if (t->sent == t->pending.len) {
		buf_clear(&t->pending);
		t->sent = 0;
	}
	if (t->c->decode->acks > t->c->replay->asked) {
		fail(t, ERR_UPSTREAM, "claude ended its turn without an answer.");
		return;
	}
	if (t->c->decode->replies.len > 0)
		send_replies(t);
	if (replay_next(t->c->replay, t->c->decode->acks, &t->pending) < 0)
		fail(t, ERR_TOO_LARGE, "The conversation is too large.");
}

static bool passes(int error)
{
	return error == EAGAIN || error == EINTR;
}

static void write_lines(struct talk *t)
{
	ssize_t n = write(
		t->c->asker->lease.pipes.in, t->pending.data + t->sent, t->pending.len - t->sent);

	if (n > 0) {
		t->sent += (size_t)n;
		t->told_at = clock_ms();
	} else if (n < 0 && errno == EPIPE) {
		t->sent = t->pending.len; /* it does not read any more: its stdout tells why */
	} else if (n < 0 && !passes(errno)) {
		fail(t, ERR_INTERNAL, "claude cannot be told the conversation.");
	}
}

/* Reads what the child says; whether there may be more. */
static bool read_child(struct talk *t)
{
	bool booting = !decode_ready(t->c->decode);
	char bytes[65536];
	ssize_t n = read(t->c->asker->lease.pipes.out, bytes, sizeof(bytes));

	if (n < 0 && passes(errno))
		return errno == EINTR;
	if (n <= 0) {
		t->c->child_ended = true;
		decode_end(t->c->decode);
		fail(t, ERR_UPSTREAM,
			decode_ready(t->c->decode)
				? "claude ended before its answer was complete."
				: "claude ended before it was ready; PROXY_LOG=debug shows why.");
		return false;
	}
	t->c->decode->now = time(NULL);
	decode_feed(t->c->decode, bytes, (size_t)n);
	t->heard_at = clock_ms(); /* after decode_feed, whose time for a long line is no silence */
	if (booting)
		t->told_at = t->heard_at;
	return true;
}

/*
 * Reads stderr for headers (claude/headers.h), and keeps what was read last. At its end the pipe is
 * closed, so that poll leaves it alone.
 */
static void read_stderr(struct talk *t)
{
	int *fd = &t->c->asker->lease.pipes.err;
	char bytes[65536];
	ssize_t n = read(*fd, bytes, sizeof(bytes));

	if (n > 0) {
		size_t kept = (size_t)n < STDERR_KEPT ? (size_t)n : STDERR_KEPT;

		memcpy(t->last_words, bytes + (size_t)n - kept, kept);
		t->last_words[kept] = '\0';
		headers_feed(&t->headers, bytes, (size_t)n);
		t->c->decode->wait = headers_retry_after(&t->headers);
	} else if (n == 0 || !passes(errno)) {
		close(*fd);
		*fd = -1;
	}
}

/*
 * The wait for the model's first word begins anew whenever the child takes something, because a
 * long history takes its time. It does not begin anew when the child says something: that may go on
 * for ever without a word of the model's.
 */
static struct watch watch(const struct talk *t)
{
	const struct config *cfg = t->c->asker->cfg;

	if (!decode_ready(t->c->decode))
		return (struct watch){
			.until = t->begun_at + cfg->start_seconds * 1000LL,
			.expired = "claude was not ready within PROXY_START_SECONDS.",
		};
	if (!decode_started(t->c->decode))
		return (struct watch){
			.until = t->told_at + cfg->first_seconds * 1000LL,
			.expired = "claude did not begin its answer within PROXY_FIRST_SECONDS.",
		};
	return (struct watch){
		.until = t->heard_at + cfg->idle_seconds * 1000LL,
		.expired = "claude fell silent for PROXY_IDLE_SECONDS.",
	};
}

static long long beat_deadline(const struct talk *t)
{
	return t->spoke_at + t->c->asker->cfg->heartbeat_seconds * 1000LL;
}

static void check_time(struct talk *t)
{
	struct watch child = watch(t);
	long long now = clock_ms();

	if (now >= t->c->waiter.deadline)
		fail(t, ERR_TIMEOUT, "The answer took longer than PROXY_REQUEST_SECONDS.");
	else if (now >= child.until)
		fail(t, ERR_TIMEOUT, child.expired);
}

static void wait_for_any(struct talk *t, struct pollfd fds[N_FDS])
{
	const struct pipes *pipes = &t->c->asker->lease.pipes;
	bool writing = t->sent < t->pending.len;
	long long until = watch(t).until;

	fds[TO_CHILD] = (struct pollfd){.fd = writing ? pipes->in : -1, .events = POLLOUT};
	fds[FROM_CHILD] = (struct pollfd){.fd = pipes->out, .events = POLLIN};
	fds[CHILD_STDERR] = (struct pollfd){.fd = pipes->err, .events = POLLIN};
	fds[CLIENT] = t->c->waiter.client;
	if (t->c->waiter.deadline < until)
		until = t->c->waiter.deadline;
	if (t->c->sink.beat != NULL && beat_deadline(t) < until)
		until = beat_deadline(t);
	if (poll(fds, N_FDS, clock_until(until)) < 0)
		for (int i = 0; i < N_FDS; i++)
			fds[i].revents = 0;
}

static void step(struct talk *t)
{
	struct pollfd fds[N_FDS];

	wait_for_any(t, fds);
	if (fds[CLIENT].revents != 0) {
		fail(t, ERR_GONE, "The client left.");
		return;
	}
	if (fds[TO_CHILD].revents != 0)
		write_lines(t);
	if (fds[CHILD_STDERR].revents != 0)
		read_stderr(t);
	if (fds[FROM_CHILD].revents != 0)
		read_child(t);
	check_time(t);
}

/* Sends the client what there is, or after a long silence a sign of life. */
static void speak(struct talk *t)
{
	struct converse *c = t->c;

	if (c->sink.flush == NULL)
		return;
	if (clock_ms() >= beat_deadline(t) && !decode_over(c->decode))
		c->sink.beat(c->sink.arg, c->abandon);
	if (c->sink.flush(c->sink.arg, c->abandon)) {
		t->spoke_at = clock_ms();
		c->spoke = true;
	}
}

/* What the child said while it was parked is read before it is told anything. */
static void take_up(struct talk *t)
{
	long long until = t->begun_at + CONVERSE_REST_MS;

	while (!decode_over(t->c->decode) && clock_until(until) > 0 && read_child(t))
		;
	if (decode_take_up(t->c->decode))
		return;
	t->c->child_ended = true; /* it is as good as ended */
	fail(t, ERR_UPSTREAM, "claude said something that nobody asked for.");
}

void converse(struct converse *c)
{
	struct talk t = {.c = c, .pending = BUF_INIT(PENDING_MAX)};

	t.begun_at = t.told_at = t.heard_at = t.spoke_at = clock_ms();
	set_nonblocking(c->asker->lease.pipes.in);
	set_nonblocking(c->asker->lease.pipes.out);
	set_nonblocking(c->asker->lease.pipes.err);
	if (decode_between(c->decode))
		take_up(&t);
	while (!decode_over(c->decode) && !(c->greet_only && decode_ready(c->decode))) {
		if (is_abandoned(c))
			decode_fail(c->decode, c->abandon);
		else
			prepare_lines(&t);
		if (!decode_over(c->decode))
			step(&t);
		speak(&t);
	}
	c->all_told = t.sent == t.pending.len && c->decode->replies.len == 0;
	if (t.last_words[0] != '\0' && !decode_ready(c->decode))
		log_debug("claude said on stderr: %s", t.last_words);
	buf_finish(&t.pending);
}

enum decode_rest converse_rest(struct converse *c)
{
	struct talk t = {.c = c};
	struct pollfd out = {.fd = c->asker->lease.pipes.out, .events = POLLIN};
	long long until = clock_ms() + CONVERSE_REST_MS;

	if (!c->all_told)
		return REST_DOUBT;
	while (decode_rest(c->decode) == REST_BUSY && clock_until(until) > 0 &&
		poll(&out, 1, clock_until(until)) > 0)
		read_child(&t);
	return decode_rest(c->decode);
}
