/*
 * Conversations as clients lead them: a request, what was said to it, and the next request
 * with that in it; and what the proxy recognises them by (turn/fingerprint.h).
 */
#ifndef SUPPORT_RECALL_H
#define SUPPORT_RECALL_H

#include "base/json.h"
#include "turn/fingerprint.h"
#include "wire/wire.h"

/* One block of an answer. A list of them ends with one that has no text. */
struct said {
	enum block_kind kind;
	const char *text;      /* of a call: its arguments, JSON written with ' */
	const char *tool, *id; /* of a call: the client's name for it, the model's id */
	const char *signature; /* of thinking, or NULL */
};

/* Somebody's conversation with some model. */
extern const struct fingerprint_of recall_of;

/* What a request, which must be taken, and its answer are remembered by. */
struct fingerprint recall_answered(
	const struct wire *wire, const cJSON *body, const struct said *said);

/* What a request, which must be taken, is recognised by; false: it goes on with nothing. */
bool recall_seen(struct fingerprint *f, const struct wire *wire, const cJSON *body);

/*
 * The next request of a client that sends the answer back as it got it: with results of
 * the calls in it, all of them that text, or else with a text of the user. The caller deletes.
 */
cJSON *recall_next(
	const struct wire *wire, const cJSON *body, const struct said *said, const char *text);

/* The list that a body's turns are in. */
cJSON *recall_turns(const cJSON *body);

/* Whether the next request goes on with the conversation that was answered so. */
bool recall_goes_on(
	const struct wire *wire, const cJSON *body, const struct said *said, const cJSON *next);

#endif
