/*
 * Spares are children that are started before a request asks for one. They stand in the fleet;
 * this module decides when one is started.
 */
#ifndef KEEPER_SPARES_H
#define KEEPER_SPARES_H

#include "config/config.h"
#include "ipc/lease_counts.h"
#include "keeper/fleet.h"

/* All zero at first. */
struct spares {
	long long start_at; /* clock_ms: no spare is started before */
	long long renew_at; /* clock_ms: when the CLI's file is looked at again */
	unsigned failed;    /* so many spares in a row have ended by themselves */
};

/*
 * Starts spares until there are as many as the configuration wants, the fleet has no place for
 * more, it is too early for another, memory is short, or one cannot be started.
 */
void spares_fill(struct spares *s, struct fleet *f, const struct config *cfg);

/* Ends the spares whose file of the CLI has been replaced (fleet_renew), every five seconds. */
void spares_renew(struct spares *s, struct fleet *f);

/* A child was lent. Unless it was parked, the next spare is started a little later. */
void spares_on_lease(struct spares *s, enum lease_kind kind);

/* A spare has ended by itself. The next is started later, each time in a row by twice as much. */
void spares_on_failure(struct spares *s);

/*
 * The time (clock_ms) when spares_fill or spares_renew have to be called again. `after` is a time
 * before they were last called, so that nothing is missed that came due meanwhile.
 */
long long spares_due(const struct spares *s, long long after);

#endif
