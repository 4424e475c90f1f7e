/*
 * A borrower is what one worker wants and has in the pool: a place in the queue or the child
 * that it leases, and for whom. Who starts the worker, and when, is not known here.
 */
#ifndef KEEPER_BORROWER_H
#define KEEPER_BORROWER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "ipc/lease_msg.h"
#include "keeper/fleet.h"

struct borrower {
	pid_t pid; /* the worker's, for the log; 0: not known */
	int fd;    /* the keeper's end of the worker's pair, which the slot closes; -1: no worker */

	struct child *child;  /* what it leases, or NULL */
	unsigned long ticket; /* its number in the queue; 0: it does not wait */
	uint64_t owner;       /* whose request it serves */
	bool answered;        /* that request has its answer */
	bool wants_parked;    /* while it waits: the child that is parked under `wanted` */
	struct lease_key wanted;
	bool promised; /* its child will be parked under `promise` */
	struct lease_key promise;
};

/* A new worker is at the other end of fd. It wants and has nothing. */
void borrower_join(struct borrower *b, pid_t pid, int fd);

/* The worker has gone. Its child, if it leases one, is stopped. */
void borrower_leave(struct borrower *b);

/*
 * Sends the worker a message without waiting. When that fails the connection is shut down, and
 * its end is then read from fd.
 */
void borrower_tell(const struct borrower *b, const struct lease_msg *m);

/* Tells the worker to take no further request. */
void borrower_drain(const struct borrower *b);

/* Tells the worker that it gets no child, and why, and takes it out of the queue. */
void borrower_refuse(struct borrower *b, enum err_kind why);

/* Takes b out of the queue, stops its child (fleet_stop) and forgets what it has promised. */
void borrower_end(struct borrower *b, bool at_once);

/* The worker's request is answered, and its child will be parked under the key. */
void borrower_promise(struct borrower *b, const struct lease_key *key);

/* Whether b has a child or waits for one. */
bool borrower_is_busy(const struct borrower *b);

/* The rest is asked of n borrowers. How many of them are busy? */
size_t borrowers_busy(const struct borrower *borrowers, size_t n);

/* How many requests of the owner wait for a child or for the rest of their answer? */
size_t borrowers_running(const struct borrower *borrowers, size_t n, uint64_t owner);

/* Will a child be parked under the key? */
bool borrowers_promised(const struct borrower *borrowers, size_t n, const struct lease_key *key);

/* Which one has the lowest ticket above `ticket`? NULL: none. */
struct borrower *borrowers_next_waiting(struct borrower *borrowers, size_t n, unsigned long ticket);

#endif
