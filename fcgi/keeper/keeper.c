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
	struct borrower *borrowers;
	size_t n_borrowers;
	struct pollfd *fds; /* the signals, a borrower each, a child each */
	size_t n_fds;
	int signals;
	worker_fn *worker; /* NULL: the one worker is not ours to restart */
	void *arg;
	bool draining;
	bool aborted; /* the drain is over: workers were told so once */
	long long drain_until;
};

/* -1 without a way to hear of signals, which are blocked then: nothing could end it. */
static int keeper_init(struct keeper *k, const struct config *cfg, const struct child_spec *spec,
	size_t n_borrowers)
{
	sigset_t ours;

	*k = (struct keeper){
		.cfg = cfg, .n_borrowers = n_borrowers, .n_fds = 1 + n_borrowers + cfg->children};
	k->borrowers = mem_alloc(n_borrowers * sizeof(*k->borrowers));
	k->fds = mem_alloc(k->n_fds * sizeof(*k->fds));
	for (size_t i = 0; i < n_borrowers; i++)
		k->borrowers[i].fd = -1;
	pool_init(&k->pool, cfg, spec, k->borrowers, n_borrowers);
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
	free(k->borrowers);
	free(k->fds);
}

static _Noreturn void run_worker(struct keeper *k, int fd)
{
	worker_fn *worker = k->worker;
	void *arg = k->arg;

	dup2(fd, WORKER_FD);
	close_range(WORKER_FD + 1, ~0U, 0);
	fleet_drop(&k->pool.fleet);
	free(k->borrowers);
	free(k->fds);
	exit(worker(arg, WORKER_FD));
}

static void start_worker(struct keeper *k, struct borrower *b)
{
	int pair[2];

	b->restart_at = 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		log_error("no socket pair for a worker: %s", strerror(errno));
		b->restart_at = clock_ms() + MAX_DELAY_MS;
		return;
	}
	b->pid = fork();
	if (b->pid == 0)
		run_worker(k, pair[1]);
	close(pair[1]);
	if (b->pid < 0) {
		log_error("no worker could be forked: %s", strerror(errno));
		close(pair[0]);
		b->pid = 0;
		b->restart_at = clock_ms() + MAX_DELAY_MS;
		return;
	}
	b->fd = pair[0];
	b->born_at = clock_ms();
}

static void on_worker_end(struct keeper *k, struct borrower *b)
{
	long long now = clock_ms();
	long long delay = 0;
	int status = 0;

	while (waitpid(b->pid, &status, 0) < 0 && errno == EINTR)
		;
	log_exit("worker", b->pid, status);
	pool_leave(b);
	b->pid = 0;
	b->short_lives =
		now - b->born_at < SHORT_LIFE_MS && b->leaves_at == 0 ? b->short_lives + 1 : 0;
	b->leaves_at = 0;
	b->stale = false;
	if (b->short_lives > 0)
		delay = (long long)FIRST_DELAY_MS << (b->short_lives < 7 ? b->short_lives : 7);
	if (!k->draining)
		b->restart_at = now + (delay < MAX_DELAY_MS ? delay : MAX_DELAY_MS);
}

static struct borrower *find_worker(const struct keeper *k, pid_t pid)
{
	for (size_t i = 0; i < k->n_borrowers; i++)
		if (k->borrowers[i].pid == pid)
			return &k->borrowers[i];
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
		struct borrower *worker = find_worker(k, pid);

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
	for (size_t i = 0; i < k->n_borrowers; i++) {
		k->borrowers[i].restart_at = 0;
		if (k->borrowers[i].fd >= 0)
			borrower_drain(&k->borrowers[i]);
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
	for (size_t i = 0; i < k->n_borrowers; i++)
		k->borrowers[i].stale = k->borrowers[i].pid > 0;
}

/*
 * Has workers with old keys end, and so be replaced. One that serves a request takes no other
 * in any case; of those that could, one at a time goes. The next does not wait for long, should
 * that one have just begun to read a request. The time when it is the turn of one more, or -1.
 */
static long long replace_stale(struct keeper *k)
{
	long long now = clock_ms(), next = -1;

	for (size_t i = 0; i < k->n_borrowers; i++) {
		const struct borrower *b = &k->borrowers[i];

		if (b->leaves_at + REPLACE_MS > now && !borrower_is_busy(b))
			next = clock_earlier(next, b->leaves_at + REPLACE_MS);
	}
	for (size_t i = 0; i < k->n_borrowers; i++) {
		struct borrower *b = &k->borrowers[i];

		if (!b->stale || b->leaves_at != 0 || (next >= 0 && !borrower_is_busy(b)))
			continue;
		borrower_drain(b);
		b->leaves_at = now;
		if (!borrower_is_busy(b))
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

	for (size_t i = 0; i < k->n_borrowers; i++)
		if (k->borrowers[i].pid > 0)
			kill(k->borrowers[i].pid, signo);
		else
			pool_leave(&k->borrowers[i]);
	k->aborted = true;
	k->drain_until = clock_ms() + MAX_DELAY_MS;
}

/* Does what is due; the time of what is due next, or -1. */
static long long tick(struct keeper *k)
{
	long long now = clock_ms();
	long long next = pool_tick(&k->pool);

	for (size_t i = 0; i < k->n_borrowers; i++) {
		struct borrower *b = &k->borrowers[i];

		if (b->restart_at > 0 && b->restart_at <= now)
			start_worker(k, b);
		if (b->restart_at > 0)
			next = clock_earlier(next, b->restart_at);
	}
	if (!k->draining)
		next = clock_earlier(next, replace_stale(k));
	if (k->draining && k->drain_until <= now)
		end_drain(k);
	return k->draining ? clock_earlier(next, k->drain_until) : next;
}

static bool is_done(const struct keeper *k)
{
	for (size_t i = 0; i < k->n_borrowers; i++)
		if (k->borrowers[i].fd >= 0 || k->borrowers[i].pid > 0)
			return false;
	return (k->draining || k->worker == NULL) && pool_is_empty(&k->pool);
}

static void hear_borrowers(struct keeper *k, struct pollfd *fds, bool lending)
{
	for (size_t i = 0; i < k->n_borrowers; i++) {
		struct borrower *b = &k->borrowers[i];

		if (fds[i].revents == 0 || b->fd != fds[i].fd || (lending && b->child == NULL))
			continue;
		fds[i].revents = 0;
		pool_hear(&k->pool, b);
	}
}

static void loop(struct keeper *k)
{
	struct pollfd *worker_fds = k->fds + 1, *child_fds = worker_fds + k->n_borrowers;

	while (!is_done(k)) {
		long long next = tick(k);

		k->fds[0] = (struct pollfd){.fd = k->signals, .events = POLLIN};
		for (size_t i = 0; i < k->n_borrowers; i++)
			worker_fds[i] = (struct pollfd){.fd = k->borrowers[i].fd, .events = POLLIN};
		pool_watch(&k->pool, child_fds);
		if (poll(k->fds, k->n_fds, next < 0 ? -1 : clock_until(next)) <= 0)
			continue;
		/* Before anybody gets one of these: what a kept child says puts it in doubt. */
		pool_disturbed(&k->pool, child_fds);
		/* Those who have a child first: a promise is heard before its request. */
		hear_borrowers(k, worker_fds, true);
		hear_borrowers(k, worker_fds, false);
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
	for (size_t i = 0; i < k.n_borrowers; i++)
		start_worker(&k, &k.borrowers[i]);
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
		k.borrowers[0].fd = worker_fd;
		loop(&k);
	}
	keeper_finish(&k);
}
