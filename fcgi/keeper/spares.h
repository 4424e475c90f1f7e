/*
 * Spares: children that are started before a request asks for one. The fleet has them; what is
 * here says when one is started, and when one is too old for the CLI's file.
 */
#ifndef KEEPER_SPARES_H
#define KEEPER_SPARES_H

#include "config/config.h"
#include "ipc/lease_counts.h"
#include "keeper/fleet.h"

/* Zero at first. */
struct spares {
	long long start_at; /* clock_ms: none is started before */
	long long renew_at; /* clock_ms: when the CLI's file is looked at again */
	unsigned failed;    /* that ended by themselves, in a row */
};

/* Starts those that the configuration wants, as far as there is room and memory for them. */
void spares_fill(struct spares *s, struct fleet *f, const struct config *cfg);

/* Ends those that were started from another file of the CLI, when it is time to look at it. */
void spares_renew(struct spares *s, struct fleet *f);

/* A child was lent. The next spare waits a little, unless that one was parked. */
void spares_on_lease(struct spares *s, enum lease_kind kind);

/* A spare has ended by itself. The next waits, longer each time. */
void spares_on_failure(struct spares *s);

/*
 * When spares_fill and spares_renew have something to do again: clock_ms. `after` is a time
 * before they were last called, so that nothing that came due meanwhile is missed.
 */
long long spares_due(const struct spares *s, long long after);

#endif
