/*
 * The table of formats. A format reads the body of a request and writes an answer, streamed or
 * whole, or an error. A new format has files of its own, a row in the table, and goldens.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "turn/answer.h"
#include "turn/event.h"
#include "turn/request.h"

struct cJSON;
struct params;

/* One answer on its way out. The caller sets the first four, the format keeps the rest. */
struct wire_out {
	const struct request *request;
	const char *id;    /* letters and digits, unique to this answer */
	long long created; /* Unix seconds */
	const char *model; /* for what is said before START names the model that answers */

	struct answer answer; /* of all events so far, with the one that is being written */
	unsigned sequence;    /* Responses: number of the next event */
	bool head;            /* the stream's first event is out */
};

void wire_out_finish(struct wire_out *o); /* frees the answer and nothing of the caller's */

/* The model that answers, as far as it is known. */
const char *wire_out_model(const struct wire_out *o);

/* A header of requests that may carry the API key. */
struct wire_key {
	const char *variable; /* what CGI calls the header; NULL ends a list */
	bool bearer;          /* the key stands behind the word Bearer; false: it stands alone */
};

/* Authorization: Bearer KEY, and nothing else. */
extern const struct wire_key wire_keys_bearer[];

struct wire {
	const char *name;
	const struct wire_key *keys; /* the first that holds a key counts */
	const struct params *params; /* of its requests (wire/params.h) */
	bool tries_websocket; /* its clients try a WebSocket before they POST to the same URL */
	/* Fills *req, which request_init made. -1: err, which names the parameter at fault. */
	int (*parse)(struct request *req, const struct cJSON *body, struct err *err);
	/*
	 * Appends the frames of one event, which o->answer already holds. A FAIL becomes the
	 * format's error within a stream. This and the functions below return -1 if `out` is full.
	 */
	int (*stream)(struct wire_out *o, const struct event *ev, struct buf *out);
	/* Appends a frame that says nothing, but that every client takes for a sign of life. */
	int (*beat)(struct wire_out *o, struct buf *out);
	/* Appends the whole answer as one JSON object; o->answer must hold STOP. */
	int (*object)(struct wire_out *o, struct buf *out);
	/* Appends the body of an answer whose HTTP status says that it is an error. */
	int (*error)(struct buf *out, const struct err *err);
};

extern const struct wire wire_chat;
extern const struct wire wire_responses;

/* All formats. Where a request is for none of them, its errors have the first one's form. */
extern const struct wire *const wires[];
extern const size_t wires_n;

#endif
