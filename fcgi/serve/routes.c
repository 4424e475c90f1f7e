#include "serve/routes.h"

#include <assert.h>

#include "base/mem.h"
#include "serve/complete.h"
#include "serve/health.h"
#include "serve/models.h"
#include "serve/scrape.h"
#include "wire/wire.h"

static const struct route rows[] = {
	{"GET", "/v1", "/models", ROUTE_KEY, NULL, models_serve_list},
	{"GET", "/v1", "/models/{id}", ROUTE_KEY, NULL, models_serve_one},
	{"POST", "/v1", "/chat/completions", ROUTE_KEY, &wire_chat, complete},
	{"POST", "/v1", "/responses", ROUTE_KEY, &wire_responses, complete},
	{"GET", "", "/health", ROUTE_OPEN, NULL, health_serve},
	{"GET", "", "/metrics", ROUTE_LOCAL, NULL, scrape_serve},
};
static_assert(ARRAY_LEN(rows) <= ROUTES_MAX, "each has a place among the counters");

const struct route_table routes = {rows, ARRAY_LEN(rows)};

const struct wire *routes_format(const struct route *r)
{
	return r != NULL && r->format != NULL ? r->format : wires[0];
}
