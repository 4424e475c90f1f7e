#include "serve/exposition.h"

#include <assert.h>
#include <inttypes.h>

#include "base/mem.h"

#define PREFIX "claude_code_proxy_"

static const int statuses[] = {
	200, 204, 400, 401, 403, 404, 405, 413, 415, 426, 429, 499, 500, 502, 503, 504};
static_assert(ARRAY_LEN(statuses) == COUNTS_STATUSES - 1, "and any other");

static const long long bounds_ms[] = {
	100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 120000, 300000, 600000, 1800000};
static_assert(ARRAY_LEN(bounds_ms) == COUNTS_BUCKETS - 1, "and what is longer");

size_t counts_status(int status)
{
	size_t i = 0;

	while (i < ARRAY_LEN(statuses) && statuses[i] != status)
		i++;
	return i;
}

size_t counts_bucket(long long ms)
{
	size_t i = 0;

	while (i < ARRAY_LEN(bounds_ms) && bounds_ms[i] < ms)
		i++;
	return i;
}

/* No help text has a character that would have to be escaped. */
static void print_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_printf(out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

static void print_number(struct buf *out, const char *name, uint64_t n)
{
	buf_printf(out, PREFIX "%s %" PRIu64 "\n", name, n);
}

static void print_labelled(
	struct buf *out, const char *name, const char *label, const char *value, uint64_t n)
{
	buf_printf(out, PREFIX "%s{%s=\"%s\"} %" PRIu64 "\n", name, label, value, n);
}

/* Prints the statuses that occurred: all combinations with a path would be too many. */
static void print_path(struct buf *out, const char *path, const uint64_t n[COUNTS_STATUSES])
{
	for (size_t s = 0; s < COUNTS_STATUSES; s++) {
		if (n[s] == 0)
			continue;
		buf_printf(out, PREFIX "requests_total{path=\"%s\",status=\"", path);
		if (s < ARRAY_LEN(statuses))
			buf_printf(out, "%d", statuses[s]);
		else
			buf_puts(out, "other");
		buf_printf(out, "\"} %" PRIu64 "\n", n[s]);
	}
}

static void print_requests(
	struct buf *out, const struct route_table *routes, const struct counts *c)
{
	print_head(out, "requests_total", "counter",
		"Requests by path and status; 499 is a client that left.");
	for (size_t i = 0; i < routes->n; i++)
		print_path(out, routes->rows[i].path, c->requests[i]);
	print_path(out, "other", c->requests[COUNTS_NO_PATH]);
}

static void print_errors(struct buf *out, const struct counts *c)
{
	print_head(out, "errors_total", "counter",
		"Requests that failed by kind of error, those that failed in the middle of a stream included.");
	for (int kind = 0; kind < ERR_KINDS; kind++)
		if (kind != ERR_NONE && kind != ERR_GONE)
			print_labelled(out, "errors_total", "kind", err_name((enum err_kind)kind),
				c->errors[kind]);
	print_head(out, "client_aborts_total", "counter",
		"Requests whose client left before it had its answer.");
	print_number(out, "client_aborts_total", c->errors[ERR_GONE]);
}

static void print_histogram(
	struct buf *out, const char *name, const char *help, const struct histogram *h)
{
	uint64_t n = 0;

	print_head(out, name, "histogram", help);
	for (size_t i = 0; i < COUNTS_BUCKETS; i++) {
		n += h->bucket[i];
		buf_printf(out, PREFIX "%s_bucket{le=\"", name);
		if (i < ARRAY_LEN(bounds_ms))
			buf_printf(out, "%g", (double)bounds_ms[i] / 1000);
		else
			buf_puts(out, "+Inf");
		buf_printf(out, "\"} %" PRIu64 "\n", n);
	}
	buf_printf(out, PREFIX "%s_sum %" PRIu64 ".%03u\n", name, h->sum_ms / 1000,
		(unsigned)(h->sum_ms % 1000));
	buf_printf(out, PREFIX "%s_count %" PRIu64 "\n", name, n);
}

static void print_tokens(struct buf *out, const struct counts *c)
{
	static const char *const names[] = {
		[TOKENS_INPUT] = "input",
		[TOKENS_CACHED] = "cached",
		[TOKENS_OUTPUT] = "output",
	};

	static_assert(ARRAY_LEN(names) == TOKENS_KINDS, "each has a name");
	print_head(out, "tokens_total", "counter",
		"Tokens that answers cost; cached is input that came from Anthropic's cache, input what did not.");
	for (size_t i = 0; i < TOKENS_KINDS; i++)
		print_labelled(out, "tokens_total", "kind", names[i], c->tokens[i]);
}

static void print_children(struct buf *out, const struct lease_counts *l)
{
	print_head(out, "children", "gauge", "claude processes by state.");
	print_labelled(out, "children", "state", "spare", l->spare);
	print_labelled(out, "children", "state", "leased", l->leased);
	print_labelled(out, "children", "state", "parked", l->parked);
	print_labelled(out, "children", "state", "stopping", l->stopping);
	print_head(out, "children_limit", "gauge", "claude processes there may be.");
	print_number(out, "children_limit", l->limit);
	print_head(out, "queue", "gauge", "Requests that wait for a claude process.");
	print_number(out, "queue", l->waiting);
	print_head(out, "leases_total", "counter",
		"claude processes lent to requests: those that had the conversation (continued), were booted before (spare) or for the request (cold).");
	for (int kind = 0; kind < LEASE_KINDS; kind++)
		print_labelled(out, "leases_total", "kind", lease_kind_name((enum lease_kind)kind),
			l->leases[kind]);
}

void exposition_print(struct buf *out, const struct route_table *routes,
	const struct counts *counts, const struct lease_counts *children)
{
	print_requests(out, routes, counts);
	print_errors(out, counts);
	print_histogram(out, "time_to_first_byte_seconds",
		"From a request to the first byte that the model answered, where it did.",
		&counts->first_byte);
	print_histogram(out, "request_duration_seconds",
		"From a request for an answer to its end, whatever came of it.", &counts->duration);
	print_tokens(out, counts);
	print_head(out, "heartbeats_total", "counter",
		"Signs of life sent in streams that were silent.");
	print_number(out, "heartbeats_total", counts->heartbeats);
	print_children(out, children);
}
