/*
 * An answer, put together from the events of a turn. A reply that is not streamed is written from
 * it, and the closing events of a Responses stream repeat it.
 */
#ifndef TURN_ANSWER_H
#define TURN_ANSWER_H

#include <stdbool.h>

#include "base/buf.h"
#include "turn/event.h"

/* The text of a refusal, in formats that have a place for one: the model's own is withheld. */
#define ANSWER_REFUSAL "The model declined to answer this request."

/* How many bytes of text an answer may have. A model's longest is well under a megabyte. */
#define ANSWER_MAX_TEXT ((size_t)8 << 20)

struct block {
	enum block_kind kind;
	struct buf text;         /* of a call: its arguments, JSON */
	const struct tool *tool; /* of a call: one of the request's */
	char *call_id;           /* of a call: as the model gave it */
	char *signature;         /* of thinking, or NULL */
	bool closed;             /* no more events are about it */
};

struct answer {
	char *model; /* NULL before START */
	struct block *blocks;
	size_t n_blocks;
	size_t text_len; /* of all blocks together */
	struct usage usage;
	enum stop_reason stop;
	bool stopped;
	struct err failure; /* kind ERR_NONE unless FAIL came */
};

void answer_finish(struct answer *a); /* frees what it has and makes it zero, which it may be */

/*
 * Adds what an event says; a is zero before the first. -1: ERR_INVALID, as a second try would be as
 * long, when the text passes ANSWER_MAX_TEXT; ERR_UPSTREAM when a text is in no block.
 */
int answer_add(struct answer *a, const struct event *ev, struct err *err);

/* The block that was opened last; NULL: there is none yet. */
const struct block *answer_last(const struct answer *a);

/* How many blocks of the kind there are so far. */
size_t answer_count(const struct answer *a, enum block_kind kind);

/* Appends the text of all blocks of the kind; `out` must take ANSWER_MAX_TEXT. */
void answer_join(const struct answer *a, enum block_kind kind, struct buf *out);

/* The input of a call of a custom tool, "" if its arguments have none, for the caller to free. */
char *answer_custom_input(const struct block *b);

#endif
