#include "claude/fleet.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"

/* What an ordinary user may ask for (fs.pipe-max-size). */
#define STDOUT_SIZE (1 << 20)

void fleet_init(struct fleet *f, const struct child_spec *spec, size_t size)
{
	*f = (struct fleet){
		.spec = *spec,
		.children = mem_alloc(size * sizeof(struct child)),
		.size = size,
	};
}

void fleet_finish(struct fleet *f)
{
	free(mem_steal(&f->children));
	f->size = 0;
}

size_t fleet_count(const struct fleet *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->size; i++)
		n += f->children[i].state != CHILD_NONE;
	return n;
}

bool fleet_has_room(const struct fleet *f)
{
	return fleet_count(f) < f->size;
}

static struct child *find_free(struct fleet *f)
{
	for (size_t i = 0; i < f->size; i++)
		if (f->children[i].state == CHILD_NONE)
			return &f->children[i];
	return NULL;
}

static struct child *find_pid(struct fleet *f, pid_t pid)
{
	for (size_t i = 0; i < f->size; i++)
		if (f->children[i].state != CHILD_NONE && f->children[i].pid == pid)
			return &f->children[i];
	return NULL;
}

struct child *fleet_start(struct fleet *f, struct child_pipes *pipes, struct err *err)
{
	struct child *c = find_free(f);

	if (child_spawn(&f->spec, &c->pid, pipes, err) < 0)
		return NULL;
	c->state = CHILD_LEASED;
	c->out = fcntl(pipes->out, F_DUPFD_CLOEXEC, 0);
	/* Room for the `result` line, which repeats the answer after its reader has gone. */
	fcntl(c->out, F_SETPIPE_SZ, STDOUT_SIZE);
	return c;
}

void fleet_stop(struct child *c, bool at_once)
{
	if (c->state != CHILD_LEASED)
		return;
	child_signal(c->pid, at_once ? SIGKILL : SIGTERM);
	c->state = CHILD_STOPPING;
	c->kill_at = clock_ms() + FLEET_GRACE_MS;
}

bool fleet_reap(struct fleet *f, pid_t pid, int *status)
{
	struct child *c = find_pid(f, pid);

	if (c == NULL)
		return false;
	*status = child_reap(pid);
	close(c->out);
	*c = (struct child){0};
	return true;
}

long long fleet_tick(struct fleet *f)
{
	long long now = clock_ms(), next = -1;

	for (size_t i = 0; i < f->size; i++) {
		struct child *c = &f->children[i];

		if (c->state != CHILD_STOPPING)
			continue;
		if (c->kill_at <= now) {
			child_signal(c->pid, SIGKILL);
			c->kill_at = now + FLEET_GRACE_MS;
		}
		if (next < 0 || c->kill_at < next)
			next = c->kill_at;
	}
	return next;
}
