/*
 * Who gets which child: the queue of workers that wait for one, the spares that are kept
 * ready, and the children that stay with their conversation.
 *
 * A request gets the child that is parked under its key, else a spare, else a new one. They
 * are served in order of arrival; one that waits takes the slot of the child that was parked
 * the longest. One whose child is promised waits for that, and holds nobody up meanwhile.
 * Spares are started only when nobody waits, a slot is free and memory is there for it.
 *
 * The seats are the keeper's.
 */
#ifndef KEEPER_POOL_H
#define KEEPER_POOL_H

#include <poll.h>

#include "config/config.h"
#include "keeper/fleet.h"
#include "keeper/seat.h"

struct lender {
	const struct config *cfg;
	struct fleet fleet;
	struct seat *seats;
	size_t n_seats;
	size_t reserve; /* workers that must stay free of waiting */
	bool closing;   /* nothing is kept any more */
	unsigned long next_ticket;
	uint64_t leases[LEASE_KINDS];
	long long look_at;      /* clock_ms: no spare is started before */
	long long renew_at;     /* clock_ms: when the CLI's file is looked at again */
	unsigned failed_spares; /* in a row */
};

void lender_init(struct lender *l, const struct config *cfg, const struct child_spec *spec,
	struct seat *seats, size_t n_seats);
void lender_finish(struct lender *l);
bool lender_is_empty(const struct lender *l); /* all children reaped */

/* Reads a message of the seat. */
void lender_hear(struct lender *l, struct seat *s);

/* Its worker has gone. */
void lender_leave(struct seat *s);

bool lender_has(const struct lender *l, pid_t pid); /* a child that is not reaped */

/* Reaps pid if it is a child; true then. */
bool lender_reap(struct lender *l, pid_t pid);

/* Ends what is kept, and what is at work now when it is given back. */
void lender_renew(struct lender *l);

/* The same, and nothing is kept from now on. */
void lender_close(struct lender *l);

/*
 * Once in each round of the keeper: serves those who wait, fills up the spares, and does what
 * is due. The time of what is due next, or -1.
 */
long long lender_tick(struct lender *l);

/* For each slot of the fleet what to poll, and what to do when poll reports it. */
void lender_watch(const struct lender *l, struct pollfd *fds);
void lender_disturbed(struct lender *l, const struct pollfd *fds);

#endif
