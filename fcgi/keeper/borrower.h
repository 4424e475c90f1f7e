/*
 * A borrower is what a worker wants and has in the pool: its place in the queue, or the child
 * that it leases, and for whom. Who starts the worker and when is not known here.
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
	int fd;    /* the keeper's end of the pair, and its to close; -1: there is no worker */

	struct child *child;  /* what it leases, or NULL */
	unsigned long ticket; /* its place in the queue, 0: it does not wait */
	uint64_t owner;       /* whose request it serves */
	bool answered;        /* that request has its answer */
	bool wants_parked;    /* while it waits: the child parked under `wanted` */
	struct lease_key wanted;
	bool promised; /* its child will be parked under `promise` */
	struct lease_key promise;
};

/* A worker has come, or has gone; its child then ends. */
void borrower_join(struct borrower *b, pid_t pid, int fd);
void borrower_leave(struct borrower *b);

/* Sends its worker a message without waiting. */
void borrower_tell(const struct borrower *b, const struct lease_msg *m);

/* Tells its worker to take no further request. */
void borrower_drain(const struct borrower *b);

/* Tells its worker that it gets no child. */
void borrower_refuse(struct borrower *b, enum err_kind why);

/* Ends its child, if it has one, and what it waits for and has promised. */
void borrower_end(struct borrower *b, bool at_once);

/* Its request is answered, and its child will be parked under the key. */
void borrower_promise(struct borrower *b, const struct lease_key *key);

bool borrower_is_busy(const struct borrower *b); /* has a child or waits for one */
size_t borrowers_busy(const struct borrower *borrowers, size_t n);

/* The requests of an owner that wait for a child, or for the rest of their answer. */
size_t borrowers_running(const struct borrower *borrowers, size_t n, uint64_t owner);

/* Whether a child will be parked under the key. */
bool borrowers_promised(const struct borrower *borrowers, size_t n, const struct lease_key *key);

/* The one that waits the longest of those who came after `ticket`, or NULL. */
struct borrower *borrowers_next_waiting(struct borrower *borrowers, size_t n, unsigned long ticket);

#endif
