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

/* Before the client learns that its answer is whole: its next request does not find this one. */
void lease_done(struct lease *l);

void lease_promise(struct lease *l, const struct lease_key *key); /* done as well */

/*
 * Gives the promised child back, alive, with a handoff (maybe empty) for its next worker.
 * `calls`: it waits for the results of its calls.
 */
void lease_park(struct lease *l, bool calls, const struct buf *handoff);

/*
 * Closes the pipes and has the keeper end the child. Harmless without one. `at_once` is for
 * a child that would go on by itself: on SIGTERM the CLI answers a call that waits for its
 * tool and asks the API again.
 */
void lease_end(struct lease *l, bool at_once);

/* -1 when there is no keeper to ask. */
int lease_count(struct lease *l, struct lease_counts *counts);

/* Reads what the keeper says unasked; sets draining. */
void lease_listen(struct lease *l);

#endif
