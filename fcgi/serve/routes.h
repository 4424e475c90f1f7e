/* What the proxy serves: its table of routes. */
#ifndef SERVE_ROUTES_H
#define SERVE_ROUTES_H

#include "serve/route.h"

extern const struct route_table routes;

#endif
