/*
 * The table of formats. A format reads a request body and writes an answer, streamed
 * or whole; adding one is its file, its line here and its goldens.
 */
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H

#include "base/buf.h"
#include "base/err.h"
#include "wire/answer.h"
#include "wire/event.h"
#include "wire/request.h"

struct cJSON;

/* One answer on its way out. The caller sets the first three, the format keeps the rest. */
struct wire_out {
	const struct request *request;
	const char *id;    /* letters and digits, unique to this answer */
	long long created; /* Unix seconds */

	struct answer answer; /* everything up to and with the event being written */
	unsigned sequence;    /* Responses: number of the next event */
	unsigned n_parts;     /* Responses: content parts opened so far */
	bool head;            /* Responses: the created event is out */
};

void wire_out_finish(struct wire_out *o);

struct wire {
	const char *name;
	/* Fills *req, which was initialised; err names the parameter at fault. */
	int (*parse)(struct request *req, const struct cJSON *body, struct err *err);
	/*
	 * Appends the frames of one event, which o->answer already holds. A FAIL becomes
	 * the format's in-stream error. -1: `out` is full.
	 */
	int (*stream)(struct wire_out *o, const struct event *ev, struct buf *out);
	/* Appends the whole answer as one JSON object, after STOP. */
	int (*object)(struct wire_out *o, struct buf *out);
};

extern const struct wire wire_chat;
extern const struct wire wire_responses;

/*
 * What both of OpenAI's formats read the same way: model, stream, and the parameters that
 * are refused because serving the request without them would change its meaning.
 */
int wire_parse_common(struct request *req, const struct cJSON *body, struct err *err);

/*
 * Reads a `content`: a string, null, or an array of text parts of the given types,
 * into t, or into the system text when t is NULL. `at` names it in errors.
 */
int wire_parse_content(struct request *req, struct turn *t, const struct cJSON *content,
	const char *at, struct err *err);

#endif
