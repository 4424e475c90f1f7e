/*
 * What is counted of requests, and the text in which Prometheus reads it (format 0.0.4).
 *
 * Pure: serve/metrics.h keeps the numbers. All names are constants of ours: a request counts by
 * its route, its status and the kind of its error.
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

/* How many of each are counted apart; the last one is for all others. */
#define COUNTS_PATHS    (ROUTES_MAX + 1)
#define COUNTS_STATUSES 17
#define COUNTS_BUCKETS  14

#define COUNTS_NO_PATH ROUTES_MAX /* the index of requests that no route is for */

enum counts_tokens { TOKENS_INPUT, TOKENS_CACHED, TOKENS_OUTPUT, TOKENS_KINDS };

struct histogram {
	uint64_t bucket[COUNTS_BUCKETS]; /* not cumulative, other than what is printed */
	uint64_t sum_ms;
};

/* All members are of uint64_t, as metrics.c takes it for an array of them. */
struct counts {
	uint64_t requests[COUNTS_PATHS][COUNTS_STATUSES]; /* by route_index */
	uint64_t errors[ERR_KINDS];
	struct histogram first_byte, duration;
	uint64_t tokens[TOKENS_KINDS];
	uint64_t heartbeats;
};

size_t counts_status(int status);   /* the second index in requests[][] for an HTTP status */
size_t counts_bucket(long long ms); /* the index in bucket[] for a time in milliseconds */

/* Appends the text. `routes` is the table that the requests were counted by. */
void exposition_print(struct buf *out, const struct route_table *routes,
	const struct counts *counts, const struct lease_counts *children);

#endif
