#include "keeper/keeper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "keeper/dispatch.h"
#include "keeper/listener.h"
#include "keeper/orphans.h"
#include "keeper/pool.h"
#include "keeper/reload.h"
#include "keeper/signals.h"

/* How long workers have to end after SIGABRT before they are killed. */
#define ABORT_MS 5000

struct keeper {
	const struct config *cfg;
	struct api_keys *keys; /* of cfg; NULL when they do not change */
	struct pool pool;
	struct slot *slots; /* workers, each a borrower of the pool with the same number */
	size_t n_slots;
	struct pollfd *fds; /* the signals, a slot each, a child each */
	size_t n_fds;
	int signals;
	slot_fn *worker; /* NULL: the one worker is not ours to restart */
	void *arg;
	bool draining;
	bool aborted;          /* the drain is over, and the workers were sent SIGABRT */
	long long drain_until; /* clock_ms: when the workers are sent the next signal */
};

/* In the worker's process, which has no use for the keeper's memory. */
static int run_worker(void *keeper, int fd)
{
	struct keeper *k = keeper;
	slot_fn *worker = k->worker;
	void *arg = k->arg;

	pool_drop(&k->pool);
	free(k->slots);
	free(k->fds);
	return worker(arg, fd);
}

/* -1, with errno: signals cannot be heard, so that nothing could end the keeper. */
static int keeper_init(
	struct keeper *k, const struct config *cfg, const struct child_spec *spec, size_t n_slots)
{
	*k = (struct keeper){.cfg = cfg, .n_slots = n_slots, .n_fds = 1 + n_slots + cfg->children};
	k->slots = mem_alloc(n_slots * sizeof(*k->slots));
	k->fds = mem_alloc(k->n_fds * sizeof(*k->fds));
	for (size_t i = 0; i < n_slots; i++)
		slot_init(&k->slots[i], "worker", run_worker, k);
	pool_init(&k->pool, cfg, spec, n_slots);
	orphans_adopt();
	k->signals = signals_open();
	return k->signals < 0 ? -1 : 0;
}

/* The signals stay blocked, so that one that comes now does not change the exit status. */
static void keeper_finish(struct keeper *k)
{
	if (k->signals >= 0)
		close(k->signals);
	pool_finish(&k->pool);
	free(k->slots);
	free(k->fds);
}

static struct borrower *borrower_of(const struct keeper *k, const struct slot *s)
{
	return &k->pool.borrowers[s - k->slots];
}

static void start(struct keeper *k, struct slot *s)
{
	slot_start(s);
	if (s->fd >= 0)
		borrower_join(borrower_of(k, s), s->pid, s->fd);
}

static void hang_up(struct keeper *k, struct slot *s)
{
	borrower_leave(borrower_of(k, s));
	slot_hang_up(s);
}

static struct slot *find_slot(const struct keeper *k, pid_t pid)
{
	for (size_t i = 0; i < k->n_slots; i++)
		if (k->slots[i].pid == pid)
			return &k->slots[i];
	return NULL;
}

static bool is_ours(const void *arg, pid_t pid)
{
	const struct keeper *k = arg;

	return find_slot(k, pid) != NULL || pool_has(&k->pool, pid);
}

/*
 * A process that has ended, or 0. It is not reaped here: while it is not, its pid, by which the
 * group of a child is killed, cannot be another's.
 */
static pid_t next_ended(void)
{
	siginfo_t info = {0};
	int result;

	do {
		result = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT);
	} while (result < 0 && errno == EINTR);
	return result == 0 ? info.si_pid : 0;
}

static void on_any_end(struct keeper *k)
{
	pid_t pid;

	while ((pid = next_ended()) != 0) {
		struct slot *s = find_slot(k, pid);

		if (s != NULL) {
			borrower_leave(borrower_of(k, s));
			slot_reap(s, !k->draining);
			continue;
		}
		if (!pool_reap(&k->pool, pid))
			waitpid(pid, NULL, 0);
		orphans_kill(is_ours, k);
	}
}

static void drain(struct keeper *k)
{
	if (k->draining) {
		k->drain_until = clock_ms();
		return;
	}
	k->draining = true;
	k->drain_until = clock_ms() + k->cfg->drain_seconds * 1000LL;
	pool_close(&k->pool);
	listener_refuse();
	for (size_t i = 0; i < k->n_slots; i++) {
		k->slots[i].restart_at = 0;
		if (k->slots[i].fd >= 0)
			borrower_drain(borrower_of(k, &k->slots[i]));
	}
}

static void renew(struct keeper *k)
{
	pool_renew(&k->pool);
	if (k->keys != NULL)
		reload_keys(k->keys, k->cfg, k->slots, k->n_slots);
}

static void on_signals(struct keeper *k)
{
	int signo;

	while ((signo = signals_next(k->signals)) != 0) {
		if (signo == SIGCHLD)
			on_any_end(k);
		else if (signo == SIGTERM || signo == SIGINT)
			drain(k);
		else if (signo == SIGHUP && !k->draining)
			renew(k);
	}
}

/* On SIGABRT a worker breaks its answer off, which would look whole to the client after SIGKILL. */
static void end_drain(struct keeper *k)
{
	int signo = k->aborted ? SIGKILL : SIGABRT;

	for (size_t i = 0; i < k->n_slots; i++)
		if (k->slots[i].pid > 0)
			kill(k->slots[i].pid, signo);
		else
			hang_up(k, &k->slots[i]);
	k->aborted = true;
	k->drain_until = clock_ms() + ABORT_MS;
}

/* Starts the slots whose time has come. The time of the next restart, or -1. */
static long long restart(struct keeper *k, long long now)
{
	long long next = -1;

	for (size_t i = 0; i < k->n_slots; i++) {
		struct slot *s = &k->slots[i];

		if (s->restart_at > 0 && s->restart_at <= now)
			start(k, s);
		if (s->restart_at > 0)
			next = clock_earlier(next, s->restart_at);
	}
	return next;
}

/* Does what is due. The time when something is due next, or -1. */
static long long tick(struct keeper *k)
{
	long long now = clock_ms();
	long long next = pool_tick(&k->pool);

	next = clock_earlier(next, restart(k, now));
	if (!k->draining)
		return clock_earlier(next, reload_replace(k->slots, k->pool.borrowers, k->n_slots));
	if (k->drain_until <= now)
		end_drain(k);
	return clock_earlier(next, k->drain_until);
}

static bool is_done(const struct keeper *k)
{
	for (size_t i = 0; i < k->n_slots; i++)
		if (!slot_is_empty(&k->slots[i]))
			return false;
	return (k->draining || k->worker == NULL) && pool_is_empty(&k->pool);
}

static void hear_slots(struct keeper *k, struct pollfd *fds, bool lending)
{
	for (size_t i = 0; i < k->n_slots; i++) {
		struct slot *s = &k->slots[i];
		struct borrower *b = borrower_of(k, s);

		if (fds[i].revents == 0 || s->fd != fds[i].fd || (lending && b->child == NULL))
			continue;
		fds[i].revents = 0;
		if (dispatch_next(&k->pool, b) < 0)
			hang_up(k, s);
	}
}

static void watch(struct keeper *k)
{
	struct pollfd *slot_fds = k->fds + 1;

	k->fds[0] = (struct pollfd){.fd = k->signals, .events = POLLIN};
	for (size_t i = 0; i < k->n_slots; i++)
		slot_fds[i] = (struct pollfd){.fd = k->slots[i].fd, .events = POLLIN};
	pool_watch(&k->pool, slot_fds + k->n_slots);
}

static void loop(struct keeper *k)
{
	struct pollfd *slot_fds = k->fds + 1, *child_fds = slot_fds + k->n_slots;

	while (!is_done(k)) {
		long long next = tick(k);

		watch(k);
		if (poll(k->fds, k->n_fds, next < 0 ? -1 : clock_until(next)) <= 0)
			continue;
		/* Before a worker is given a kept child: one that has said something is stopped. */
		pool_disturbed(&k->pool, child_fds);
		/* Those who have a child first: the promise is heard before the turn it is for. */
		hear_slots(k, slot_fds, true);
		hear_slots(k, slot_fds, false);
		if (k->fds[0].revents != 0)
			on_signals(k);
	}
}

int keeper_run(struct config *cfg, const struct child_spec *spec, slot_fn *worker, void *arg,
	struct err *err)
{
	struct keeper k;

	if (keeper_init(&k, cfg, spec, cfg->workers) < 0) {
		err_set(err, ERR_INTERNAL, "signals cannot be heard: %s", strerror(errno));
		keeper_finish(&k);
		return -1;
	}
	k.keys = &cfg->keys;
	k.worker = worker;
	k.arg = arg;
	k.pool.reserve = CONFIG_SPARE_WORKERS;
	for (size_t i = 0; i < k.n_slots; i++)
		start(&k, &k.slots[i]);
	log_info("%u workers, up to %u claude processes", cfg->workers, cfg->children);
	loop(&k);
	log_info("ended");
	keeper_finish(&k);
	return 0;
}

void keeper_run_for(const struct config *cfg, const struct child_spec *spec, int worker_fd)
{
	struct keeper k;

	if (keeper_init(&k, cfg, spec, 1) == 0) {
		k.slots[0].fd = worker_fd;
		borrower_join(&k.pool.borrowers[0], 0, worker_fd);
		loop(&k);
	}
	keeper_finish(&k);
}
