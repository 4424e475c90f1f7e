/* What the keeper counts of its children, and tells a worker that asks (LEASE_COUNT). */
#ifndef IPC_LEASE_COUNTS_H
#define IPC_LEASE_COUNTS_H

#include <stdint.h>

/* Where the child that a request got came from. */
enum lease_kind {
	LEASE_CONTINUED, /* it was parked, and has the conversation up to the last turn */
	LEASE_SPARE,     /* it was started before the request came, and has not been spoken to */
	LEASE_COLD,      /* it was started for the request */
	LEASE_KINDS
};

/* The kind in one word, as logs and metrics name it; "unknown" for what is no kind. */
const char *lease_kind_name(enum lease_kind kind);

struct lease_counts {
	uint32_t limit;                           /* so many children there may be */
	uint32_t spare, leased, parked, stopping; /* so many there are now, by state */
	uint32_t waiting;                         /* so many requests wait for a child now */
	uint64_t leases[LEASE_KINDS];             /* so many requests got one since the start */
};

#endif
