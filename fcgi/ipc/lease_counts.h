/* What the keeper counts: its children by state, and how they came to requests. */
#ifndef IPC_LEASE_COUNTS_H
#define IPC_LEASE_COUNTS_H

#include <stdint.h>

/* How a child came to a request. */
enum lease_kind {
	LEASE_CONTINUED, /* it has the conversation up to the last turn */
	LEASE_SPARE,     /* started before the request came, and not spoken to */
	LEASE_COLD,      /* started for it */
	LEASE_KINDS
};

const char *lease_kind_name(enum lease_kind kind);

struct lease_counts {
	uint32_t limit; /* children at most */
	uint32_t spare, leased, parked, stopping;
	uint32_t waiting;             /* requests that wait for a child */
	uint64_t leases[LEASE_KINDS]; /* since the start */
};

#endif
