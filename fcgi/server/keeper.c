#include "server/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "claude/fleet.h"
#include "claude/lease.h"

/* A worker that lived shorter than this is restarted more slowly each time. */
#define SHORT_LIFE_MS  1000
#define FIRST_DELAY_MS 50
#define MAX_DELAY_MS   5000

/* Where a worker finds its end of the pair; all above is closed. */
#define WORKER_FD 3

/* One worker's place. */
struct seat {
	pid_t pid;            /* 0: nobody, or not our child (CGI) */
	int fd;               /* -1: nobody */
	struct child *child;  /* what it leases, or NULL */
	unsigned long ticket; /* its place in the queue, 0: it does not wait */
	long long born_at;    /* clock_ms */
	long long restart_at; /* clock_ms; 0: no restart is due */
	unsigned short_lives; /* in a row */
};

struct keeper {
	const struct config *cfg;
	struct fleet fleet;
	struct seat *seats;
	struct pollfd *fds; /* the signals, then a seat each */
	size_t n_seats;
	int signals;
	sigset_t before; /* the mask the process came with */
	unsigned long next_ticket;
	worker_fn *worker; /* NULL: the one worker is not ours to restart */
	void *arg;
	bool draining;
	long long drain_until;
};

static void keeper_init(
	struct keeper *k, const struct config *cfg, const struct child_spec *spec, size_t n_seats)
{
	sigset_t ours;

	*k = (struct keeper){.cfg = cfg, .n_seats = n_seats, .next_ticket = 1};
	k->seats = mem_alloc(n_seats * sizeof(*k->seats));
	k->fds = mem_alloc((n_seats + 1) * sizeof(*k->fds));
	for (size_t i = 0; i < n_seats; i++)
		k->seats[i].fd = -1;
	fleet_init(&k->fleet, spec, cfg->children);
	/* Ignored, as some parent may have left it, it would reap the children behind our back. */
	signal(SIGCHLD, SIG_DFL);
	/* All of them stay blocked in the workers: a signal would cut a blocked write short. */
	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGCHLD);
	sigaddset(&ours, SIGHUP);
	sigaddset(&ours, SIGPIPE);
	sigaddset(&ours, SIGUSR1);
	sigaddset(&ours, SIGUSR2);
	sigprocmask(SIG_BLOCK, &ours, &k->before);
	k->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void keeper_finish(struct keeper *k)
{
	close(k->signals);
	fleet_finish(&k->fleet);
	free(k->seats);
	free(k->fds);
	sigprocmask(SIG_SETMASK, &k->before, NULL);
}

static _Noreturn void run_worker(struct keeper *k, int fd)
{
	worker_fn *worker = k->worker;
	void *arg = k->arg;

	dup2(fd, WORKER_FD);
	close_range(WORKER_FD + 1, ~0U, 0);
	fleet_finish(&k->fleet);
	free(k->seats);
	free(k->fds);
	exit(worker(arg, WORKER_FD));
}

static void seat_worker(struct keeper *k, struct seat *s)
{
	int pair[2];

	s->restart_at = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		log_error("no socket pair for a worker: %s", strerror(errno));
		s->restart_at = clock_ms() + MAX_DELAY_MS;
		return;
	}
	s->pid = fork();
	if (s->pid == 0)
		run_worker(k, pair[1]);
	close(pair[1]);
	if (s->pid < 0) {
		log_error("no worker could be forked: %s", strerror(errno));
		close(pair[0]);
		s->pid = 0;
		s->restart_at = clock_ms() + MAX_DELAY_MS;
		return;
	}
	s->fd = pair[0];
	s->born_at = clock_ms();
}

static void say(const struct seat *s, enum lease_op op, enum err_kind why)
{
	struct lease_msg m = {.op = op, .why = why};

	/* A worker that cannot be told is dying; its EOF or SIGCHLD is next. */
	if (send(s->fd, &m, sizeof(m), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		log_debug("worker %d cannot be told: %s", (int)s->pid, strerror(errno));
}

static int hand_over(const struct seat *s, struct child_pipes *pipes)
{
	int fds[3] = {pipes->in, pipes->out, pipes->err};
	char control[CMSG_SPACE(sizeof(fds))] = {0};
	struct lease_msg m = {.op = LEASE_GRANTED};
	struct iovec part = {&m, sizeof(m)};
	struct msghdr h = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&h);
	int result = 0;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	if (sendmsg(s->fd, &h, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		log_warn("a child could not be handed over: %s", strerror(errno));
		result = -1;
	}
	child_pipes_close(pipes);
	return result;
}

static void end_lease(struct seat *s, bool at_once)
{
	s->ticket = 0;
	if (s->child != NULL)
		fleet_stop(s->child, at_once);
	s->child = NULL;
}

static void leave_seat(struct seat *s)
{
	end_lease(s, false);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void grant(struct keeper *k, struct seat *s)
{
	struct child_pipes pipes;
	struct err err;

	s->ticket = 0;
	s->child = fleet_start(&k->fleet, &pipes, &err);
	if (s->child == NULL) {
		log_error("%s", err.message);
		say(s, LEASE_REFUSED, err.kind);
		return;
	}
	log_debug("child %d started for worker %d", (int)s->child->pid, (int)s->pid);
	if (hand_over(s, &pipes) < 0) {
		end_lease(s, true);
		say(s, LEASE_REFUSED, ERR_INTERNAL);
	}
}

static struct seat *longest_waiting(struct keeper *k)
{
	struct seat *first = NULL;

	for (size_t i = 0; i < k->n_seats; i++) {
		struct seat *s = &k->seats[i];

		if (s->ticket != 0 && (first == NULL || s->ticket < first->ticket))
			first = s;
	}
	return first;
}

static void serve_queue(struct keeper *k)
{
	struct seat *s;

	while (fleet_has_room(&k->fleet) && (s = longest_waiting(k)) != NULL)
		grant(k, s);
}

/* Workers that have a child or wait for one. */
static size_t count_busy(const struct keeper *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n_seats; i++)
		n += k->seats[i].ticket != 0 || k->seats[i].child != NULL;
	return n;
}

static void on_take(struct keeper *k, struct seat *s)
{
	bool full = k->worker != NULL && count_busy(k) + CONFIG_SPARE_WORKERS >= k->n_seats;

	/* A worker that asks twice is out of its mind: its end is noticed by itself. */
	if (s->child != NULL || s->ticket != 0) {
		leave_seat(s);
		return;
	}
	if (!fleet_has_room(&k->fleet) && full) {
		say(s, LEASE_REFUSED, ERR_OVERLOADED);
		return;
	}
	s->ticket = k->next_ticket++;
	serve_queue(k);
}

static void on_message(struct keeper *k, struct seat *s)
{
	struct lease_msg m;

	if (recv(s->fd, &m, sizeof(m), 0) != (ssize_t)sizeof(m)) {
		leave_seat(s);
		return;
	}
	if (m.op == LEASE_TAKE) {
		on_take(k, s);
	} else if (m.op == LEASE_END || m.op == LEASE_KILL) {
		end_lease(s, m.op == LEASE_KILL);
		say(s, LEASE_ENDED, ERR_NONE);
	}
}

static void log_end(const char *who, pid_t pid, int status)
{
	if (WIFSIGNALED(status))
		log_warn("%s %d was ended by signal %d", who, (int)pid, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		log_warn("%s %d ended with status %d", who, (int)pid, WEXITSTATUS(status));
}

static void on_worker_end(struct keeper *k, struct seat *s)
{
	long long now = clock_ms();
	long long delay = 0;
	int status = 0;

	waitpid(s->pid, &status, 0);
	log_end("worker", s->pid, status);
	leave_seat(s);
	s->pid = 0;
	s->short_lives = now - s->born_at < SHORT_LIFE_MS ? s->short_lives + 1 : 0;
	if (s->short_lives > 0)
		delay = (long long)FIRST_DELAY_MS << (s->short_lives < 7 ? s->short_lives : 7);
	if (!k->draining)
		s->restart_at = now + (delay < MAX_DELAY_MS ? delay : MAX_DELAY_MS);
}

/* The child's own end; one that is leased still ended before its worker had enough. */
static bool on_child_end(struct keeper *k, pid_t pid)
{
	bool leased = false;
	int status;

	for (size_t i = 0; i < k->n_seats; i++)
		if (k->seats[i].child != NULL && k->seats[i].child->pid == pid) {
			k->seats[i].child = NULL;
			leased = true;
		}
	if (!fleet_reap(&k->fleet, pid, &status))
		return false;
	if (leased)
		log_end("child", pid, status);
	return true;
}

static void on_any_end(struct keeper *k)
{
	siginfo_t info = {0};

	/* WNOWAIT: a child's group is killed before its pid is free for another process. */
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0) {
		pid_t pid = info.si_pid;
		struct seat *worker = NULL;

		for (size_t i = 0; i < k->n_seats; i++)
			if (k->seats[i].pid == pid)
				worker = &k->seats[i];
		if (worker != NULL)
			on_worker_end(k, worker);
		else if (!on_child_end(k, pid))
			waitpid(pid, NULL, 0);
		info.si_pid = 0;
	}
	serve_queue(k);
}

static void drain(struct keeper *k)
{
	if (k->draining) {
		k->drain_until = clock_ms();
		return;
	}
	k->draining = true;
	k->drain_until = clock_ms() + k->cfg->drain_seconds * 1000LL;
	for (size_t i = 0; i < k->n_seats; i++) {
		k->seats[i].restart_at = 0;
		if (k->seats[i].fd >= 0)
			say(&k->seats[i], LEASE_DRAIN, ERR_NONE);
	}
}

static void on_signal(struct keeper *k)
{
	struct signalfd_siginfo info;

	while (read(k->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			on_any_end(k);
		else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			drain(k);
	}
}

static void end_drain(struct keeper *k)
{
	for (size_t i = 0; i < k->n_seats; i++)
		if (k->seats[i].pid > 0)
			kill(k->seats[i].pid, SIGKILL);
		else
			leave_seat(&k->seats[i]);
	k->drain_until = clock_ms() + MAX_DELAY_MS;
}

static long long earlier(long long a, long long b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* Does what is due; the time of what is due next, or -1. */
static long long tick(struct keeper *k)
{
	long long now = clock_ms();
	long long next = fleet_tick(&k->fleet);

	for (size_t i = 0; i < k->n_seats; i++) {
		struct seat *s = &k->seats[i];

		if (s->restart_at > 0 && s->restart_at <= now)
			seat_worker(k, s);
		if (s->restart_at > 0)
			next = earlier(next, s->restart_at);
	}
	if (k->draining && k->drain_until <= now)
		end_drain(k);
	return k->draining ? earlier(next, k->drain_until) : next;
}

static bool is_done(const struct keeper *k)
{
	for (size_t i = 0; i < k->n_seats; i++)
		if (k->seats[i].fd >= 0 || k->seats[i].pid > 0)
			return false;
	return (k->draining || k->worker == NULL) && fleet_count(&k->fleet) == 0;
}

static void loop(struct keeper *k)
{
	while (!is_done(k)) {
		long long next = tick(k);

		k->fds[0] = (struct pollfd){.fd = k->signals, .events = POLLIN};
		for (size_t i = 0; i < k->n_seats; i++)
			k->fds[i + 1] = (struct pollfd){.fd = k->seats[i].fd, .events = POLLIN};
		if (poll(k->fds, k->n_seats + 1, next < 0 ? -1 : clock_until(next)) <= 0)
			continue;
		for (size_t i = 0; i < k->n_seats; i++)
			if (k->fds[i + 1].revents != 0 && k->seats[i].fd == k->fds[i + 1].fd)
				on_message(k, &k->seats[i]);
		if (k->fds[0].revents != 0)
			on_signal(k);
	}
}

void keeper_run(
	const struct config *cfg, const struct child_spec *spec, worker_fn *worker, void *arg)
{
	struct keeper k;

	keeper_init(&k, cfg, spec, cfg->workers);
	k.worker = worker;
	k.arg = arg;
	for (size_t i = 0; i < k.n_seats; i++)
		seat_worker(&k, &k.seats[i]);
	log_info("%u workers, up to %u claude processes", cfg->workers, cfg->children);
	loop(&k);
	log_info("ended");
	keeper_finish(&k);
}

void keeper_run_for(const struct config *cfg, const struct child_spec *spec, int worker_fd)
{
	struct keeper k;

	keeper_init(&k, cfg, spec, 1);
	k.seats[0].fd = worker_fd;
	loop(&k);
	keeper_finish(&k);
}
