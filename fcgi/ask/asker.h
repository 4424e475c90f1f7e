/* What a worker asks with, and who waits for the answer. */
#ifndef ASK_ASKER_H
#define ASK_ASKER_H

#include <poll.h>

#include "ask/catalog.h"
#include "ask/lease.h"
#include "config/config.h"
#include "turn/fingerprint.h"

/* One in each worker. The lease is its own; the rest is the same for all workers of a keeper. */
struct asker {
	const struct config *cfg; /* borrowed */
	struct lease lease;
	struct catalog *catalog;                /* borrowed */
	unsigned char secret[FINGERPRINT_SIZE]; /* of fingerprints */
};

/*
 * asker_init is to be called before the workers are forked; cfg must outlive a. Each worker calls
 * lease_init and lease_finish for its own lease.
 */
void asker_init(struct asker *a, const struct config *cfg);
void asker_finish(struct asker *a);

struct waiter {
	/*
	 * What to poll to learn that the client left: any event that it reports says so. With
	 * the descriptor -1 nobody is watched.
	 */
	struct pollfd client;
	long long deadline; /* clock_ms: nobody waits any longer */
};

#endif
