/*
 * The pool decides who gets which child. It has the fleet of children and the borrowers, one for
 * each worker.
 *
 * A request gets the child that is parked under its key; else a spare; else a new child, if the
 * fleet has a place for it. Otherwise it waits for a place, and the child that was parked the
 * longest is ended to free one. The queue is strictly first in, first out: once one borrower has
 * to wait for a place, all behind it wait. A borrower whose key is promised waits for that child,
 * and holds nobody up meanwhile. Spares are started only when nobody waits for a place.
 */
#ifndef KEEPER_POOL_H
#define KEEPER_POOL_H

#include <poll.h>

#include "config/config.h"
#include "keeper/borrower.h"
#include "keeper/fleet.h"
#include "keeper/spares.h"

struct pool {
	const struct config *cfg;
	struct fleet fleet;
	struct borrower *borrowers; /* owned */
	size_t n_borrowers;
	size_t reserve; /* how many borrowers must neither have a child nor wait; 0: any number */
	bool closing;   /* nothing is kept any more */
	unsigned long next_ticket;
	uint64_t leases[LEASE_KINDS]; /* since the start */
	struct spares spares;
};

/* Makes p a pool without children and workers. cfg and what spec points to must outlive it. */
void pool_init(struct pool *p, const struct config *cfg, const struct child_spec *spec,
	size_t n_borrowers);

void pool_finish(struct pool *p); /* all children reaped */
void pool_drop(struct pool *p);   /* in a forked process: frees the memory and does nothing else */

/* Whether all children have been reaped. */
bool pool_is_empty(const struct pool *p);

/*
 * b's worker asks for a child with the message m, LEASE_TAKE. Now or later it is sent the child
 * or a refusal: ERR_RATE_LIMIT when its owner has as many requests running as m allows,
 * ERR_OVERLOADED when too few borrowers would be left that do not wait, ERR_INTERNAL when no
 * child can be started.
 */
void pool_take(struct pool *p, struct borrower *b, const struct lease_msg *m);

/*
 * Parks the child that b has promised, or ends it when it cannot be kept. `calls`: it waits for
 * the results of its calls. `handoff` is a descriptor for its next worker, the pool's from now on,
 * or -1.
 */
void pool_park(struct pool *p, struct borrower *b, bool calls, int handoff);

struct lease_counts pool_counts(const struct pool *p);

/* Whether pid is a child that has not been reaped. */
bool pool_has(const struct pool *p, pid_t pid);

/* Reaps pid, which has ended, if it is a child, and says whether it was. */
bool pool_reap(struct pool *p, pid_t pid);

/* Ends the spare and parked children. Those that are leased are ended when they are given back. */
void pool_renew(struct pool *p);

/* Does the same, and from now on keeps no child and starts no spare. */
void pool_close(struct pool *p);

/*
 * Serves the queue, fills up the spares and does what is due, once in each round of the keeper.
 * The time (clock_ms) when something is due next, or -1.
 */
long long pool_tick(struct pool *p);

/*
 * Fills `fds`, of which there is one for each place of the fleet, with what to poll: a spare must
 * say nothing, and no kept child may close its stdout. pool_disturbed, given the result of the
 * poll, stops the children that did.
 */
void pool_watch(const struct pool *p, struct pollfd *fds);
void pool_disturbed(struct pool *p, const struct pollfd *fds);

#endif
