/* A worker's place at the keeper: keeper.c keeps somebody on it, pool.c lends it children. */
#ifndef KEEPER_BORROWER_H
#define KEEPER_BORROWER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "keeper/fleet.h"

struct borrower {
	pid_t pid; /* 0: nobody, or not our child (CGI) */
	int fd;    /* our end of the pair; -1: nobody */

	struct child *child;  /* what it leases, or NULL */
	unsigned long ticket; /* its place in the queue, 0: it does not wait */
	uint64_t owner;       /* whose request it serves */
	bool answered;        /* that request has its answer */
	bool wants_parked;    /* while it waits: the child parked under `wanted` */
	struct lease_key wanted;
	bool promised; /* its child will be parked under `promise` */
	struct lease_key promise;

	long long born_at;    /* clock_ms */
	long long restart_at; /* clock_ms; 0: no restart is due */
	unsigned short_lives; /* in a row */
	bool stale;           /* its worker has an old list of keys */
	long long leaves_at;  /* clock_ms: told to, for a newer one to come; 0: not told */
};

/* Sends its worker a message without waiting. */
void borrower_tell(const struct borrower *b, const struct lease_msg *m);

/* Tells its worker to take no further request. */
void borrower_drain(const struct borrower *b);

/* Tells its worker that it gets no child. */
void borrower_refuse(struct borrower *b, enum err_kind why);

/* Ends its child, if it has one, and what it waits for and has promised. */
void borrower_end(struct borrower *b, bool at_once);

bool borrower_is_busy(const struct borrower *b); /* has a child or waits for one */
size_t borrowers_busy(const struct borrower *borrowers, size_t n);

/* The requests of an owner that wait for a child, or for the rest of their answer. */
size_t borrowers_running(const struct borrower *borrowers, size_t n, uint64_t owner);

/* Whether a child will be parked under the key. */
bool borrowers_promised(const struct borrower *borrowers, size_t n, const struct lease_key *key);

/* The one that waits the longest of those who came after `ticket`, or NULL. */
struct borrower *borrowers_next_waiting(struct borrower *borrowers, size_t n, unsigned long ticket);

#endif
