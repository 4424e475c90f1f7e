/*
 * The fleet is all of the keeper's children: a fixed number of places, each in a state.
 *
 *	NONE -> SPARE -> LEASED <-> PARKED, and from each of these -> STOPPING -> NONE
 *
 * The fleet holds a child's pipes until the child is reaped. Workers get duplicates of them, so
 * that the next worker can go on where the last one stopped.
 *
 * A stopping child is sent SIGTERM, and SIGKILL at its deadline. (The CLI takes 60 ms to end on
 * SIGTERM, but 2 s when nobody has the other end of its stdout.) A child that waits for the
 * results of its calls would answer them itself on SIGTERM and ask the API again, so it is sent
 * SIGKILL at once. All times are clock_ms.
 */
#ifndef KEEPER_FLEET_H
#define KEEPER_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "ipc/lease_msg.h"
#include "ipc/pipes.h"
#include "keeper/child.h"
#include "keeper/workdir.h"

#define FLEET_GRACE_MS 2000 /* between SIGTERM and SIGKILL; a CLI that is well takes 40 */

enum child_state { CHILD_NONE, CHILD_SPARE, CHILD_LEASED, CHILD_PARKED, CHILD_STOPPING };

/* A place in the fleet, and the child that stands there. */
struct child {
	struct workdir dir; /* the place's, also while no child stands there */
	enum child_state state;
	pid_t pid;
	struct pipes pipes;
	long long until;      /* spare, parked: when it is ended; stopping: when it is killed */
	long long since;      /* when it came into its state */
	bool outdated;        /* leased: it is not kept afterwards */
	struct stat program;  /* spare: the CLI's file when it was started */
	struct lease_key key; /* parked: its conversation */
	int handoff;          /* parked: what a worker left for the next one; -1: nothing */
	bool calls;           /* parked: it waits for the results of its calls */
};

struct fleet {
	struct child_spec spec; /* its cwd is where the children's directories are made */
	struct child *children; /* owned */
	size_t size;
};

/* Makes f a fleet of `size` empty places. What the spec points to must outlive it. */
void fleet_init(struct fleet *f, const struct child_spec *spec, size_t size);

/* Removes the children's directories and frees f. All children must have been reaped. */
void fleet_finish(struct fleet *f);
void fleet_drop(struct fleet *f); /* in a forked process: frees the memory and does nothing else */

size_t fleet_count(const struct fleet *f, enum child_state state);
bool fleet_has_room(const struct fleet *f); /* for a new child */

/*
 * Starts a child at a free place, of which there must be one. It is SPARE and is ended after
 * its lifetime unless it is leased. NULL: it could not be started, and the log says why.
 */
struct child *fleet_start(struct fleet *f, long long lifetime_ms);

/* The place that has been in the state the longest; NULL when none is in it. */
struct child *fleet_oldest(struct fleet *f, enum child_state state);

/* The child that is parked under the key, or NULL. */
struct child *fleet_find_parked(struct fleet *f, const struct lease_key *key);

/* Makes a spare or parked child LEASED. Its handoff is closed: the worker was sent it before. */
void fleet_lease(struct child *c);

/*
 * Makes a leased child PARKED under the key. The handoff is the fleet's from now on. `calls`: the
 * child waits for the results of its calls. It is ended after its lifetime unless it is leased.
 */
void fleet_park(struct child *c, const struct lease_key *key, bool calls, int handoff,
	long long lifetime_ms);

/* Stops a spare or parked child, at once if it waits for the results of its calls. */
void fleet_end(struct child *c);

/* Stops a child, with SIGKILL if `at_once`, else SIGTERM. Harmless when it is stopping. */
void fleet_stop(struct child *c, bool at_once);

/* Ends the spares that were started from another file than is at the CLI's path now. */
void fleet_renew(struct fleet *f);

/* If pid is a child of f, reaps it, empties its place and writes its wait status to *status. */
bool fleet_reap(struct fleet *f, pid_t pid, int *status);

/* Ends and kills the children whose time has come. The time of the next, or -1. */
long long fleet_tick(struct fleet *f);

#endif
