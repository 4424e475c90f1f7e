#include "keeper/fleet.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

/* The largest pipe that a user without privileges may have (fs.pipe-max-size). */
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
	for (size_t i = 0; i < f->size; i++)
		workdir_give_back(&f->children[i].dir, f->spec.cwd);
	fleet_drop(f);
}

void fleet_drop(struct fleet *f)
{
	free(mem_steal(&f->children));
	f->size = 0;
}

size_t fleet_count(const struct fleet *f, enum child_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < f->size; i++)
		n += f->children[i].state == state;
	return n;
}

bool fleet_has_room(const struct fleet *f)
{
	return fleet_count(f, CHILD_NONE) > 0;
}

static void enter(struct child *c, enum child_state state, long long lifetime_ms)
{
	c->state = state;
	c->since = clock_ms();
	c->until = c->since + lifetime_ms;
}

static void clear(struct child *c)
{
	*c = (struct child){.dir = c->dir, .handoff = -1};
}

static int spawn(struct fleet *f, struct child *c, struct err *err)
{
	struct child_spec spec = f->spec;
	char cwd[PATH_MAX];
	bool left;

	if (workdir_take(&c->dir, f->spec.cwd, cwd, sizeof(cwd), &left, err) < 0)
		return -1;
	spec.cwd = cwd;
	/* Before the start, so that a file that is replaced meanwhile is seen to be another. */
	stat(f->spec.bin, &c->program);
	if (child_spawn(&spec, &c->pid, &c->pipes, err) < 0)
		return -1;
	if (left)
		log_warn("a child left something in its working directory; it was removed");
	return 0;
}

struct child *fleet_start(struct fleet *f, long long lifetime_ms)
{
	struct child *c = fleet_oldest(f, CHILD_NONE);
	struct err err;

	assert(c != NULL);
	clear(c);
	if (spawn(f, c, &err) < 0) {
		log_error("%s", err.message);
		return NULL;
	}
	/* Room for the `result` line, which repeats the answer after its reader has gone. */
	fcntl(c->pipes.out, F_SETPIPE_SZ, STDOUT_SIZE);
	enter(c, CHILD_SPARE, lifetime_ms);
	return c;
}

struct child *fleet_oldest(struct fleet *f, enum child_state state)
{
	struct child *oldest = NULL;

	for (size_t i = 0; i < f->size; i++) {
		struct child *c = &f->children[i];

		if (c->state == state && (oldest == NULL || c->since < oldest->since))
			oldest = c;
	}
	return oldest;
}

struct child *fleet_find_parked(struct fleet *f, const struct lease_key *key)
{
	for (size_t i = 0; i < f->size; i++) {
		struct child *c = &f->children[i];

		if (c->state == CHILD_PARKED && memcmp(&c->key, key, sizeof(*key)) == 0)
			return c;
	}
	return NULL;
}

static void drop_handoff(struct child *c)
{
	if (c->handoff >= 0)
		close(c->handoff);
	c->handoff = -1;
}

void fleet_lease(struct child *c)
{
	drop_handoff(c);
	c->calls = false;
	enter(c, CHILD_LEASED, 0);
}

void fleet_park(struct child *c, const struct lease_key *key, bool calls, int handoff,
	long long lifetime_ms)
{
	c->key = *key;
	c->calls = calls;
	c->handoff = handoff;
	enter(c, CHILD_PARKED, lifetime_ms);
}

void fleet_stop(struct child *c, bool at_once)
{
	if (c->state == CHILD_NONE || c->state == CHILD_STOPPING)
		return;
	drop_handoff(c);
	child_signal(c->pid, at_once ? SIGKILL : SIGTERM);
	enter(c, CHILD_STOPPING, FLEET_GRACE_MS);
}

void fleet_end(struct child *c)
{
	fleet_stop(c, c->state == CHILD_PARKED && c->calls);
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void fleet_renew(struct fleet *f)
{
	struct stat now;

	/* An update removes the file for a moment. Then no new child could replace the spares. */
	if (stat(f->spec.bin, &now) < 0)
		return;
	for (size_t i = 0; i < f->size; i++) {
		struct child *c = &f->children[i];

		if (c->state == CHILD_SPARE && !is_same_file(&c->program, &now))
			fleet_end(c);
	}
}

bool fleet_reap(struct fleet *f, pid_t pid, int *status)
{
	for (size_t i = 0; i < f->size; i++) {
		struct child *c = &f->children[i];

		if (c->state == CHILD_NONE || c->pid != pid)
			continue;
		child_sweep(&f->spec, pid);
		*status = child_reap(pid);
		pipes_close(&c->pipes);
		drop_handoff(c);
		clear(c);
		return true;
	}
	return false;
}

/* A child that is stopping and does not end is killed, again and again. */
static void end_overdue(struct child *c)
{
	if (c->state != CHILD_STOPPING) {
		fleet_end(c);
		return;
	}
	child_signal(c->pid, SIGKILL);
	enter(c, CHILD_STOPPING, FLEET_GRACE_MS);
}

long long fleet_tick(struct fleet *f)
{
	long long now = clock_ms(), next = -1;

	for (size_t i = 0; i < f->size; i++) {
		struct child *c = &f->children[i];

		if (c->state == CHILD_NONE || c->state == CHILD_LEASED)
			continue;
		if (c->until <= now)
			end_overdue(c);
		if (next < 0 || c->until < next)
			next = c->until;
	}
	return next;
}
