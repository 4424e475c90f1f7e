#include "keeper/keeper.h"

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
#include "config/keyfile.h"
#include "keeper/listener.h"
#include "keeper/orphans.h"
#include "keeper/pool.h"

/* A worker that lived shorter than this is restarted more slowly each time. */
#define SHORT_LIFE_MS  1000
#define FIRST_DELAY_MS 50
#define MAX_DELAY_MS   5000

/* How long the end of an idle worker is waited for before another is told to end. */
#define REPLACE_MS 500

/* Where a worker finds its end of the pair; all above is closed. */
#define WORKER_FD 3

struct keeper {
	const struct config *cfg;
	struct api_keys *keys; /* of cfg; NULL when they do not change */
	struct pool pool;
	struct seat *seats;
	size_t n_seats;
	struct pollfd *fds; /* the signals, a seat each, a child each */
	size_t n_fds;
	int signals;
	worker_fn *worker; /* NULL: the one worker is not ours to restart */
	void *arg;
	bool draining;
	bool aborted; /* the drain is over: workers were told so once */
	long long drain_until;
};

/* -1 without a way to hear of signals, which are blocked then: nothing could end it. */
static int keeper_init(
	struct keeper *k, const struct config *cfg, const struct child_spec *spec, size_t n_seats)
{
	sigset_t ours;

	*k = (struct keeper){.cfg = cfg, .n_seats = n_seats, .n_fds = 1 + n_seats + cfg->children};
	k->seats = mem_alloc(n_seats * sizeof(*k->seats));
	k->fds = mem_alloc(k->n_fds * sizeof(*k->fds));
	for (size_t i = 0; i < n_seats; i++)
		k->seats[i].fd = -1;
	pool_init(&k->pool, cfg, spec, k->seats, n_seats);
	orphans_adopt();
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
	sigprocmask(SIG_BLOCK, &ours, NULL);
	k->signals = signalfd(-1, &ours, SFD_CLOEXEC | SFD_NONBLOCK);
	return k->signals < 0 ? -1 : 0;
}

/* The signals stay blocked: one that comes now must not change how the process ends. */
static void keeper_finish(struct keeper *k)
{
	if (k->signals >= 0)
		close(k->signals);
	pool_finish(&k->pool);
	free(k->seats);
	free(k->fds);
}

static _Noreturn void run_worker(struct keeper *k, int fd)
{
	worker_fn *worker = k->worker;
	void *arg = k->arg;

	dup2(fd, WORKER_FD);
	close_range(WORKER_FD + 1, ~0U, 0);
	fleet_drop(&k->pool.fleet);
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

static void on_worker_end(struct keeper *k, struct seat *s)
{
	long long now = clock_ms();
	long long delay = 0;
	int status = 0;

	while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
		;
	log_exit("worker", s->pid, status);
	pool_leave(s);
	s->pid = 0;
	s->short_lives =
		now - s->born_at < SHORT_LIFE_MS && s->leaves_at == 0 ? s->short_lives + 1 : 0;
	s->leaves_at = 0;
	s->stale = false;
	if (s->short_lives > 0)
		delay = (long long)FIRST_DELAY_MS << (s->short_lives < 7 ? s->short_lives : 7);
	if (!k->draining)
		s->restart_at = now + (delay < MAX_DELAY_MS ? delay : MAX_DELAY_MS);
}

static struct seat *find_worker(const struct keeper *k, pid_t pid)
{
	for (size_t i = 0; i < k->n_seats; i++)
		if (k->seats[i].pid == pid)
			return &k->seats[i];
	return NULL;
}

static bool is_ours(const void *arg, pid_t pid)
{
	const struct keeper *k = arg;

	return find_worker(k, pid) != NULL || pool_has(&k->pool, pid);
}

/* One that has ended, not reaped yet: a child's group is killed while its pid is its own. */
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
		struct seat *worker = find_worker(k, pid);

		if (worker != NULL)
			on_worker_end(k, worker);
		else if (!pool_reap(&k->pool, pid))
			waitpid(pid, NULL, 0);
		if (worker == NULL)
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
	for (size_t i = 0; i < k->n_seats; i++) {
		k->seats[i].restart_at = 0;
		if (k->seats[i].fd >= 0)
			seat_tell(&k->seats[i], &(struct lease_msg){.op = LEASE_DRAIN});
	}
}

static void reload_keys(struct keeper *k)
{
	const char *file = k->cfg->key_file;
	struct err err;

	if (k->keys == NULL || file[0] == '\0')
		return;
	if (keyfile_reload(k->keys, k->cfg->own_keys, file, &err) < 0) {
		log_error(
			"PROXY_API_KEY_FILE %s: %s; the keys stay as they were", file, err.message);
		return;
	}
	log_info("%zu keys", k->keys->n);
	for (size_t i = 0; i < k->n_seats; i++)
		k->seats[i].stale = k->seats[i].pid > 0;
}

/*
 * Has workers with old keys end, and so be replaced. One that serves a request takes no other
 * in any case; of those that could, one at a time goes. The next does not wait for long, should
 * that one have just begun to read a request. The time when it is the turn of one more, or -1.
 */
static long long replace_stale(struct keeper *k)
{
	long long now = clock_ms(), next = -1;

	for (size_t i = 0; i < k->n_seats; i++) {
		const struct seat *s = &k->seats[i];

		if (s->leaves_at + REPLACE_MS > now && !seat_is_busy(s))
			next = clock_earlier(next, s->leaves_at + REPLACE_MS);
	}
	for (size_t i = 0; i < k->n_seats; i++) {
		struct seat *s = &k->seats[i];

		if (!s->stale || s->leaves_at != 0 || (next >= 0 && !seat_is_busy(s)))
			continue;
		seat_tell(s, &(struct lease_msg){.op = LEASE_DRAIN});
		s->leaves_at = now;
		if (!seat_is_busy(s))
			next = now + REPLACE_MS;
	}
	return next;
}

static void renew(struct keeper *k)
{
	pool_renew(&k->pool);
	reload_keys(k);
}

static void on_signal(struct keeper *k)
{
	struct signalfd_siginfo info;

	while (read(k->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			on_any_end(k);
		else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			drain(k);
		else if (info.ssi_signo == SIGHUP && !k->draining)
			renew(k);
	}
}

/* The first signal has a worker break its answer off, which would look whole after the second. */
static void end_drain(struct keeper *k)
{
	int signo = k->aborted ? SIGKILL : SIGABRT;

	for (size_t i = 0; i < k->n_seats; i++)
		if (k->seats[i].pid > 0)
			kill(k->seats[i].pid, signo);
		else
			pool_leave(&k->seats[i]);
	k->aborted = true;
	k->drain_until = clock_ms() + MAX_DELAY_MS;
}

/* Does what is due; the time of what is due next, or -1. */
static long long tick(struct keeper *k)
{
	long long now = clock_ms();
	long long next = pool_tick(&k->pool);

	for (size_t i = 0; i < k->n_seats; i++) {
		struct seat *s = &k->seats[i];

		if (s->restart_at > 0 && s->restart_at <= now)
			seat_worker(k, s);
		if (s->restart_at > 0)
			next = clock_earlier(next, s->restart_at);
	}
	if (!k->draining)
		next = clock_earlier(next, replace_stale(k));
	if (k->draining && k->drain_until <= now)
		end_drain(k);
	return k->draining ? clock_earlier(next, k->drain_until) : next;
}

static bool is_done(const struct keeper *k)
{
	for (size_t i = 0; i < k->n_seats; i++)
		if (k->seats[i].fd >= 0 || k->seats[i].pid > 0)
			return false;
	return (k->draining || k->worker == NULL) && pool_is_empty(&k->pool);
}

static void hear_seats(struct keeper *k, struct pollfd *fds, bool lending)
{
	for (size_t i = 0; i < k->n_seats; i++) {
		struct seat *s = &k->seats[i];

		if (fds[i].revents == 0 || s->fd != fds[i].fd || (lending && s->child == NULL))
			continue;
		fds[i].revents = 0;
		pool_hear(&k->pool, s);
	}
}

static void loop(struct keeper *k)
{
	struct pollfd *seat_fds = k->fds + 1, *child_fds = seat_fds + k->n_seats;

	while (!is_done(k)) {
		long long next = tick(k);

		k->fds[0] = (struct pollfd){.fd = k->signals, .events = POLLIN};
		for (size_t i = 0; i < k->n_seats; i++)
			seat_fds[i] = (struct pollfd){.fd = k->seats[i].fd, .events = POLLIN};
		pool_watch(&k->pool, child_fds);
		if (poll(k->fds, k->n_fds, next < 0 ? -1 : clock_until(next)) <= 0)
			continue;
		/* Before anybody gets one of these: what a kept child says puts it in doubt. */
		pool_disturbed(&k->pool, child_fds);
		/* Those who have a child first: a promise is heard before its request. */
		hear_seats(k, seat_fds, true);
		hear_seats(k, seat_fds, false);
		if (k->fds[0].revents != 0)
			on_signal(k);
	}
}

int keeper_run(struct config *cfg, const struct child_spec *spec, worker_fn *worker, void *arg,
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
	for (size_t i = 0; i < k.n_seats; i++)
		seat_worker(&k, &k.seats[i]);
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
		k.seats[0].fd = worker_fd;
		loop(&k);
	}
	keeper_finish(&k);
}
