/*
 * Who gets which child: the queue of workers that wait for one, the spares that are kept
 * ready, and the children that stay with their conversation.
 *
 * A request gets the child that is parked under its key, else a spare, else a new one. They
 * are served in order of arrival; one that waits takes the place of the child that was parked
 * the longest. One whose child is promised waits for that, and holds nobody up meanwhile.
 * Spares are started only when nobody waits, a place is free and memory is there for it.
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
	struct borrower *borrowers;
	size_t n_borrowers;
	size_t reserve; /* workers that must stay free of waiting */
	bool closing;   /* nothing is kept any more */
	unsigned long next_ticket;
	uint64_t leases[LEASE_KINDS];
	struct spares spares;
};

void pool_init(struct pool *p, const struct config *cfg, const struct child_spec *spec,
	size_t n_borrowers);
void pool_finish(struct pool *p);
void pool_drop(struct pool *p);           /* in a process that was forked: frees its memory alone */
bool pool_is_empty(const struct pool *p); /* all children reaped */

/* The worker asks for a child with m, LEASE_TAKE. It gets one, waits for one or is refused. */
void pool_take(struct pool *p, struct borrower *b, const struct lease_msg *m);

/*
 * Parks the child that the borrower has promised, with the note, a descriptor that is the
 * pool's from now on, or -1. `calls`: it waits for the results of its calls. A child that
 * cannot be kept is ended.
 */
void pool_park(struct pool *p, struct borrower *b, bool calls, int note);

struct lease_counts pool_counts(const struct pool *p);

bool pool_has(const struct pool *p, pid_t pid); /* a child that is not reaped */

/* Reaps pid if it is a child; true then. */
bool pool_reap(struct pool *p, pid_t pid);

/* Ends what is kept, and what is at work now when it is given back. */
void pool_renew(struct pool *p);

/* The same, and nothing is kept from now on. */
void pool_close(struct pool *p);

/*
 * Once in each round of the keeper: serves those who wait, fills up the spares, and does what
 * is due. The time of what is due next, or -1.
 */
long long pool_tick(struct pool *p);

/* For each place of the fleet what to poll, and what to do when poll reports it. */
void pool_watch(const struct pool *p, struct pollfd *fds);
void pool_disturbed(struct pool *p, const struct pollfd *fds);

#endif
