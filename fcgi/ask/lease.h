/*
 * A worker's end of the contract with the keeper (lease_msg.h): it takes a child, talks to
 * it over the pipes, and gives it back to be ended or kept.
 */
#ifndef ASK_LEASE_H
#define ASK_LEASE_H

#include <poll.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "ipc/lease_msg.h"
#include "ipc/pipes.h"

struct lease {
	int keeper; /* our end of the pair */
	bool draining;
	bool taken; /* asked for a child and has neither ended nor parked it */
	enum lease_kind kind;
	struct pipes pipes;
	struct buf handoff; /* what came with a continued child */
};

/* Takes the descriptor `keeper`, which lease_finish closes. */
void lease_init(struct lease *l, int keeper);
void lease_finish(struct lease *l);

struct lease_wish {
	const struct lease_key *key; /* of the child that would be best, or NULL */
	uint64_t owner;              /* whose request it is */
	unsigned most;               /* requests that the owner may have running; 0: any number */
};

/*
 * Asks for a child and waits until `deadline` (clock_ms) for it. -1: ERR_GONE when `client`
 * reports that the client left, ERR_RATE_LIMIT when none came free in time or the owner has as
 * many as it may, ERR_OVERLOADED when too many wait already, ERR_INTERNAL when it cannot be
 * started.
 */
int lease_take(struct lease *l, const struct lease_wish *wish, struct pollfd client,
	long long deadline, struct err *err);

/*
 * Tells the keeper that the request no longer counts as one of the owner's that run. It is to be
 * called before the client learns that its answer is whole, as its next request may come at once.
 */
void lease_done(struct lease *l);

/* Does what lease_done does, and promises that the child will be parked under `key`. */
void lease_promise(struct lease *l, const struct lease_key *key);

/*
 * Gives the promised child back, alive, with the handoff for its next worker, which may be empty.
 * `calls` says that the child waits for the results of its calls.
 */
void lease_park(struct lease *l, bool calls, const struct buf *handoff);

/*
 * Closes the pipes and has the keeper end the child. Does nothing without one. `at_once` is for a
 * child that would go on by itself: on SIGTERM the CLI answers a call that waits for its tool and
 * asks the API again.
 */
void lease_end(struct lease *l, bool at_once);

/* Fills *counts with the keeper's counts of children. -1: there is no keeper to ask. */
int lease_count(struct lease *l, struct lease_counts *counts);

/* Reads a message that the keeper sent unasked; sets `draining` if it says so. */
void lease_listen(struct lease *l);

#endif
