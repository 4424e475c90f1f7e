#include "keeper/slot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

/* A process that lives shorter than this is started again later each time in a row. */
#define SHORT_LIFE_MS  1000
#define FIRST_DELAY_MS 50
#define MAX_DELAY_MS   5000
#define MAX_DOUBLINGS  7

/* The process finds its end of the pair here, and all above is closed. */
#define PAIR_FD 3

void slot_init(struct slot *s, const char *name, slot_fn *run, void *arg)
{
	*s = (struct slot){.name = name, .run = run, .arg = arg, .fd = -1};
}

static _Noreturn void run_process(const struct slot *s, int fd)
{
	dup2(fd, PAIR_FD);
	close_range(PAIR_FD + 1, ~0U, 0);
	exit(s->run(s->arg, PAIR_FD));
}

void slot_start(struct slot *s)
{
	int pair[2];

	s->restart_at = clock_ms() + MAX_DELAY_MS;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		log_error("no socket pair for a %s: %s", s->name, strerror(errno));
		return;
	}
	s->pid = fork();
	if (s->pid == 0)
		run_process(s, pair[1]);
	close(pair[1]);
	if (s->pid < 0) {
		log_error("no %s could be forked: %s", s->name, strerror(errno));
		close(pair[0]);
		s->pid = 0;
		return;
	}
	s->fd = pair[0];
	s->born_at = clock_ms();
	s->restart_at = 0;
}

void slot_hang_up(struct slot *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static long long delay_of(const struct slot *s)
{
	unsigned n = s->short_lives < MAX_DOUBLINGS ? s->short_lives : MAX_DOUBLINGS;
	long long delay = s->short_lives > 0 ? (long long)FIRST_DELAY_MS << n : 0;

	return delay < MAX_DELAY_MS ? delay : MAX_DELAY_MS;
}

void slot_reap(struct slot *s, bool again)
{
	long long now = clock_ms();
	bool short_life = now - s->born_at < SHORT_LIFE_MS && s->leaves_at == 0;
	int status = 0;

	while (waitpid(s->pid, &status, 0) < 0 && errno == EINTR)
		;
	log_exit(s->name, s->pid, status);
	slot_hang_up(s);
	s->pid = 0;
	s->short_lives = short_life ? s->short_lives + 1 : 0;
	s->leaves_at = 0;
	s->stale = false;
	if (again)
		s->restart_at = now + delay_of(s);
}

bool slot_is_empty(const struct slot *s)
{
	return s->pid == 0 && s->fd < 0;
}
