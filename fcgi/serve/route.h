/*
 * A table of routes, and which of its rows a request is for. Each path is served with and
 * without a leading /v1. The proxy's own table is serve/routes.h.
 */
#ifndef SERVE_ROUTE_H
#define SERVE_ROUTE_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct exchange;
struct wire;

/* A table has no more rows than that. */
#define ROUTES_MAX 24

enum route_access {
	ROUTE_OPEN, /* nobody needs a key */
	ROUTE_KEY,  /* everybody needs a key */
	ROUTE_LOCAL /* who asks from this machine needs no key (serve/scrape.h) */
};

/* Several rows may have the same path, each with a method of its own. */
struct route {
	const char *method; /* GET, which stands for HEAD too, POST or DELETE */
	const char *prefix; /* the path is told with it: "/v1" or "" */
	/*
	 * {id} in it stands for one byte or more that the client chooses: at the end for all the
	 * rest of a path, else for all up to the next slash. Metrics and log have this path and
	 * not the client's, so that no byte of a request gets there.
	 */
	const char *path;
	enum route_access access;
	const struct wire *format;          /* of its requests, answers and errors; NULL: none */
	int (*handler)(struct exchange *x); /* answers; -1: x->err */
};

struct route_table {
	const struct route *rows;
	size_t n;
};

/* What stands in the place of {id}: `len` bytes of the path. text NULL: the route has none. */
struct route_id {
	const char *text;
	size_t len;
};

/*
 * The first row that a path (PATH_INFO, percent-decoded) fits, whatever its method. NULL,
 * ERR_NOT_FOUND naming all rows: there is none.
 */
const struct route *route_find(
	const struct route_table *t, const char *path, struct route_id *id, struct err *err);

/* The row with r's path and the method. NULL: ERR_METHOD, which names the methods of that path. */
const struct route *route_for_method(
	const struct route_table *t, const struct route *r, const char *method, struct err *err);

/* The index of the first row that has r's path. */
size_t route_index(const struct route_table *t, const struct route *r);

/*
 * Appends the methods of all rows that have r's path, or of all rows if r is NULL, as the Allow
 * header of a 405 has them: each once.
 */
void route_add_allow(struct buf *out, const struct route_table *t, const struct route *r);

/*
 * Appends the methods that a browser may use at r's path, as the Allow header has them, OPTIONS
 * among them. r may be NULL, for a path that is in no row: then the methods of all rows are
 * appended, so that the browser sends the request and its page is told that the path is wrong.
 */
void route_add_methods(struct buf *out, const struct route_table *t, const struct route *r);

/* The method as a constant of ours, "-" for a rare one: fit for the log. */
const char *route_method_name(const char *method);

#endif
