/*
 * What a conversation is recognised by: a keyed hash over all that the model was told.
 *
 * Equal fingerprints mean that a child which has seen the one may go on with the other. So
 * what a client cannot but send back as it got it counts byte by byte; what clients rewrite
 * on the way does not: ids of calls (a call is known by its place), the order of results,
 * white space around an answer and in arguments, an answer's text in one part or several,
 * thinking. Nor do the settings of a turn, because each brings its own; where the last turn
 * is the results of calls, which go on with a turn, those count that cannot change in one.
 */
#ifndef TURN_FINGERPRINT_H
#define TURN_FINGERPRINT_H

#include <stdbool.h>

#include "turn/answer.h"
#include "turn/request.h"

#define FINGERPRINT_SIZE 32

struct fingerprint {
	unsigned char bytes[FINGERPRINT_SIZE];
};

/* Whose conversation it is, and with whom. All borrowed. */
struct fingerprint_of {
	const unsigned char *secret; /* FINGERPRINT_SIZE random bytes, the same in all workers */
	const unsigned char *owner;  /* FINGERPRINT_SIZE bytes that stand for the API key */
	const char *model;           /* as the CLI calls it */
};

/*
 * Of all but the last turn: what a child must have seen to be told that turn alone. Returns false
 * when there is nothing before it.
 */
bool fingerprint_seen(
	struct fingerprint *f, const struct fingerprint_of *of, const struct request *r);

/* Of the request and its answer: what the child that gave it has seen. */
void fingerprint_answered(struct fingerprint *f, const struct fingerprint_of *of,
	const struct request *r, const struct answer *a);

#endif
