/* What the proxy serves: its table of routes. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "serve/route.h"

extern const struct route_table routes;

/* The format in which a request for r gets its errors; r may be NULL. */
const struct wire *routes_format(const struct route *r);

#endif
