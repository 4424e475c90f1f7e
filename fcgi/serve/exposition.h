/*
 * What is counted of requests, and the text in which Prometheus reads it (format 0.0.4).
 *
 * Pure: the numbers are kept by serve/metrics.h. All names are constants of ours: of a
 * request there is its route, its status and the kind of its error.
 */
#ifndef SERVE_EXPOSITION_H
#define SERVE_EXPOSITION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ipc/lease_counts.h"
#include "serve/route.h"

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"
#define EXPOSITION_MAX  ((size_t)1 << 17) /* more than the longest text */

/* The last of each stands for all others. */
#define COUNTS_PATHS    (ROUTES_MAX + 1)
#define COUNTS_STATUSES 17
#define COUNTS_BUCKETS  14

#define COUNTS_NO_PATH ROUTES_MAX /* of requests that no route is for */

enum counts_tokens { TOKENS_INPUT, TOKENS_CACHED, TOKENS_OUTPUT, TOKENS_KINDS };

struct histogram {
	uint64_t bucket[COUNTS_BUCKETS]; /* each without those before it */
	uint64_t sum_ms;
};

/* Nothing but uint64_t. */
struct counts {
	uint64_t requests[COUNTS_PATHS][COUNTS_STATUSES]; /* by route_index */
	uint64_t errors[ERR_KINDS];
	struct histogram first_byte, duration;
	uint64_t tokens[TOKENS_KINDS];
	uint64_t heartbeats;
};

size_t counts_status(int status);   /* an index of requests[] */
size_t counts_bucket(long long ms); /* of bucket[] */

/* `routes` is the table that the requests were counted by. */
void exposition_print(struct buf *out, const struct route_table *routes,
	const struct counts *counts, const struct lease_counts *children);

#endif
