/*
 * A slot is one process that the keeper supervises. The process is started with one end of a
 * pair of sockets, and started again when it has ended, with a growing delay as long as it does
 * not live long. What is said over the pair is not known here.
 */
#ifndef KEEPER_SLOT_H
#define KEEPER_SLOT_H

#include <stdbool.h>
#include <sys/types.h>

/* What the process runs, with its end of the pair. The return value is the exit status. */
typedef int slot_fn(void *arg, int keeper_fd);

struct slot {
	const char *name; /* what kind of process it is, for the log: "worker" */
	slot_fn *run;
	void *arg;
	pid_t pid; /* 0: there is no process, or it is not ours to reap and to restart */
	int fd;    /* the keeper's end of the pair; -1: closed */

	long long born_at;    /* clock_ms */
	long long restart_at; /* clock_ms: when the keeper has to start it again; 0: not at all */
	unsigned short_lives; /* in a row */
	bool stale;           /* the process should be replaced by a new one */
	long long leaves_at;  /* clock_ms: when it was told to leave for that; 0: it was not */
};

/* Makes s an empty slot: no process and no pair. `name` and `arg` must outlive it. */
void slot_init(struct slot *s, const char *name, slot_fn *run, void *arg);

/*
 * Starts the process of an empty slot. It has no descriptor above its end of the pair, which is
 * descriptor 3. If it cannot be started the log says why, the slot stays empty, and restart_at
 * is set.
 */
void slot_start(struct slot *s);

/* Closes the keeper's end of the pair, if it is open. */
void slot_hang_up(struct slot *s);

/*
 * Reaps the process, which has ended, logs how it ended, closes the pair and so empties the
 * slot. If `again`, restart_at is set.
 */
void slot_reap(struct slot *s, bool again);

bool slot_is_empty(const struct slot *s);

#endif
