/* The table of paths. Each is served with and without a leading /v1. */
#ifndef SERVE_ROUTE_H
#define SERVE_ROUTE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

enum endpoint {
	ENDPOINT_HEALTH,
	ENDPOINT_MODELS,
	ENDPOINT_MODEL,
	ENDPOINT_CHAT,
	ENDPOINT_RESPONSES,
	ENDPOINT_METRICS
};

#define ROUTE_COUNT (ENDPOINT_METRICS + 1)

struct route {
	const char *path; /* also what the log calls it: no byte of a request gets there */
	enum endpoint endpoint;
	const char *method; /* GET or POST; GET stands for HEAD too */
	const char *allow;  /* the Allow header of a 405 */
	bool open;          /* everybody is served without a key */
};

/*
 * The route of a path (PATH_INFO, percent-decoded), NULL with ERR_NOT_FOUND. `*name`
 * points into path at what the route leaves open (a model's name), or is NULL.
 */
const struct route *route_find(const char *path, const char **name, struct err *err);

/* The path of an endpoint's route. */
const char *route_path(enum endpoint endpoint);

/*
 * Appends the methods that a browser may use at the route, with ", " between, OPTIONS among
 * them. NULL, for a path that is no route, stands for the methods of all routes: whoever may ask
 * is let through, to be told what is wrong.
 */
void route_add_methods(struct buf *out, const struct route *r);

/* The method as a constant of ours, "-" for a rare one: fit for the log. */
const char *route_method_name(const char *method);

/* -1, ERR_METHOD, for a method the route does not have. */
int route_check_method(const struct route *r, const char *method, struct err *err);

#endif
