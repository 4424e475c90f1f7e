/*
 * The keeper's children: a fixed number of slots, each empty, leased or stopping.
 *
 * A stopping child was sent SIGTERM and gets SIGKILL at its deadline; its slot is free
 * again when it is reaped. Until then its stdout stays open here, unread: the CLI takes
 * 60 ms to end on SIGTERM, but 2 s when nobody has the other end. All times are clock_ms.
 */
#ifndef CLAUDE_FLEET_H
#define CLAUDE_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "claude/child.h"

/* What SIGTERM gets before SIGKILL; a CLI that is well takes 40 ms. */
#define FLEET_GRACE_MS 2000

enum child_state { CHILD_NONE, CHILD_LEASED, CHILD_STOPPING };

struct child {
	enum child_state state;
	pid_t pid;
	int out;           /* its stdout, open until it is reaped: without a reader it hangs */
	long long kill_at; /* stopping: when SIGKILL follows */
};

struct fleet {
	struct child_spec spec;
	struct child *children;
	size_t size;
};

void fleet_init(struct fleet *f, const struct child_spec *spec, size_t size);
void fleet_finish(struct fleet *f); /* all children reaped */

bool fleet_has_room(const struct fleet *f);
size_t fleet_count(const struct fleet *f); /* children not yet reaped */

/* A leased child and its pipes, which are the caller's. Needs room. NULL: ERR_INTERNAL. */
struct child *fleet_start(struct fleet *f, struct child_pipes *pipes, struct err *err);

void fleet_stop(struct child *c, bool at_once); /* at_once: SIGKILL, no SIGTERM before it */

/* Reaps pid if it is a child here; true then, with its slot empty. */
bool fleet_reap(struct fleet *f, pid_t pid, int *status);

/* Kills what is overdue; the time of the next such deadline, or -1. */
long long fleet_tick(struct fleet *f);

#endif
