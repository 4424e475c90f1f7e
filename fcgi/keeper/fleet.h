/*
 * The keeper's children: a fixed number of places, each in one of the states below.
 *
 *	NONE -> SPARE -> LEASED <-> PARKED, and from each of them -> STOPPING -> NONE
 *
 * The fleet holds the pipes of a child until it is reaped: workers get duplicates, so that
 * the next one can go on where the last one stopped.
 *
 * A stopping child was sent SIGTERM and gets SIGKILL at its deadline; its place is free
 * again when it is reaped. (The CLI takes 60 ms to end on SIGTERM, but 2 s when nobody has
 * the other end of its stdout.) One that waits for the results of its calls would answer
 * them itself on SIGTERM and ask the API again, so it is killed. All times are clock_ms.
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

/* What SIGTERM gets before SIGKILL; a CLI that is well takes 40 ms. */
#define FLEET_GRACE_MS 2000

enum child_state { CHILD_NONE, CHILD_SPARE, CHILD_LEASED, CHILD_PARKED, CHILD_STOPPING };

struct child {
	struct workdir dir; /* the place's, also when it is empty */
	enum child_state state;
	pid_t pid;
	struct pipes pipes;
	long long until;      /* when it ends or, stopping, is killed */
	long long since;      /* when it came into its state */
	bool outdated;        /* leased: not to be kept afterwards */
	struct stat program;  /* spare: the CLI's file when it was started */
	struct lease_key key; /* parked: of the conversation */
	int note;             /* parked: a worker's note for the next one, or -1 */
	bool calls;           /* parked: it waits for the results of its calls */
};

struct fleet {
	struct child_spec spec; /* its cwd is what the directories of the children are in */
	struct child *children;
	size_t size;
};

void fleet_init(struct fleet *f, const struct child_spec *spec, size_t size);
void fleet_finish(struct fleet *f); /* all children reaped */
void fleet_drop(struct fleet *f);   /* in a process that was forked: frees its memory alone */

size_t fleet_count(const struct fleet *f, enum child_state state);
bool fleet_has_room(const struct fleet *f);

/* A new child, in the state SPARE. Needs room. NULL: it cannot be started; the log says why. */
struct child *fleet_start(struct fleet *f, long long lifetime_ms);

/* The longest in the state, or NULL. */
struct child *fleet_oldest(struct fleet *f, enum child_state state);
struct child *fleet_find_parked(struct fleet *f, const struct lease_key *key);

void fleet_lease(struct child *c); /* its note is closed: send it before */
void fleet_park(
	struct child *c, const struct lease_key *key, bool calls, int note, long long lifetime_ms);
void fleet_end(struct child *c);                /* one that is kept, in the way it takes */
void fleet_stop(struct child *c, bool at_once); /* at_once: SIGKILL, no SIGTERM before it */

/* Ends the spares that were started from a file that is no more what it was. */
void fleet_renew(struct fleet *f);

/* Reaps pid if it is a child here; true then, with its place empty. */
bool fleet_reap(struct fleet *f, pid_t pid, int *status);

/* Ends and kills what is overdue; the time of the next such deadline, or -1. */
long long fleet_tick(struct fleet *f);

#endif
