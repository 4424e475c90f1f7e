/*
 * One request on its way through the rooms, and what every route needs of it.
 *
 * serve.c creates it and ends it; complete.c and models.c answer. Whoever fails fills
 * `err` and returns -1; serve.c alone sends it to the client and logs it.
 */
#ifndef SERVE_EXCHANGE_H
#define SERVE_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "ask/asker.h"
#include "config/config.h"
#include "gateway/gateway.h"
#include "gateway/reply.h"
#include "serve/metrics.h"
#include "turn/event.h"

#define EXCHANGE_ID_SIZE 25

struct route;
struct route_table;

/* What a worker has for all its requests. */
struct worker {
	struct asker asker;
	struct metrics *metrics; /* NULL under CGI */
	long long installed_at;  /* Unix seconds: when the CLI was installed; for "created" */
};

struct exchange {
	struct worker *worker;
	struct gateway *gateway;
	struct reply reply;
	char id[EXCHANGE_ID_SIZE];        /* of the request: random letters and digits */
	const char *method;               /* a constant (route.h) */
	const struct route_table *routes; /* the table that its route is looked for in */
	const struct route *route; /* the one whose path was asked for; NULL: there is none */
	char *name; /* what stood in the place of {id}, owned; NULL: the route has none */

	const struct api_key *key; /* the client's, one of cfg->keys; NULL: none was needed */

	long long begun_at; /* clock_ms */
	long long first_at; /* clock_ms: when the model began its answer; 0 before */
	long long deadline; /* clock_ms */
	long long ended_at; /* clock_ms when the client had all, 0 before */

	char model[MODEL_NAME_SIZE]; /* as the CLI calls it, "" before it is known */
	const char *lease;           /* how its child came to it, a constant; NULL without one */
	struct usage usage;
	struct err err; /* kind ERR_NONE while nothing failed */
};

/* Fills id with random letters and digits. */
void exchange_make_id(char id[EXCHANGE_ID_SIZE]);

/* The client as one who waits for an answer, until the deadline of the request. */
struct waiter exchange_waiter(struct exchange *x);

/* Sends one JSON text with status 200. */
void exchange_send_json(struct exchange *x, const struct buf *json);

/* Ends the reply, so that the client no longer waits; does nothing the second time. */
void exchange_end(struct exchange *x);

#endif
