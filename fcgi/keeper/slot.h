/*
 * A slot is one process that the keeper supervises. It is started with one end of a pair of
 * sockets, and started again when it has ended, with a growing delay as long as it does not
 * live long. What is said over the pair, and when the process has to leave, is the keeper's.
 */
#ifndef KEEPER_SLOT_H
#define KEEPER_SLOT_H

#include <stdbool.h>
#include <sys/types.h>

/* Runs in the new process with its end of the pair. Its return value is the exit status. */
typedef int slot_fn(void *arg, int keeper_fd);

struct slot {
	const char *name; /* what kind of process it is, for the log */
	slot_fn *run;
	void *arg;
	pid_t pid; /* 0: there is none, or somebody else started it */
	int fd;    /* our end of the pair; -1: nobody has the other one */

	long long born_at;    /* clock_ms */
	long long restart_at; /* clock_ms; 0: no restart is due */
	unsigned short_lives; /* in a row */
	bool stale;           /* another one should take its place */
	long long leaves_at;  /* clock_ms: it was told to leave for another one; 0: it was not */
};

/* Makes s an empty slot. `name` and `arg` are the caller's and must outlive it. */
void slot_init(struct slot *s, const char *name, slot_fn *run, void *arg);

/*
 * Starts the process of an empty slot; it has no descriptor above its end of the pair. When
 * that fails, the reason is logged, the slot stays empty and restart_at is set.
 */
void slot_start(struct slot *s);

/* Closes our end of the pair. Harmless when it is closed. */
void slot_hang_up(struct slot *s);

/* Collects the process, which has ended, logs how, and empties the slot. Sets restart_at if
 * `again`. */
void slot_reap(struct slot *s, bool again);

/* Whether it has neither a process nor a pair. */
bool slot_is_empty(const struct slot *s);

#endif
