/*
 * A turn's events folded into one object: what a non-streaming reply is written
 * from, and what the closing events of a Responses stream repeat.
 */
#ifndef TURN_ANSWER_H
#define TURN_ANSWER_H

#include <stdbool.h>

#include "base/buf.h"
#include "turn/event.h"

/* What a refusal says where the format has a place for it: the model's own text is withheld. */
#define ANSWER_REFUSAL "The model declined to answer this request."

/* Bytes of text in one answer. A model's longest is well under a megabyte. */
#define ANSWER_MAX_TEXT ((size_t)8 << 20)

struct block {
	enum block_kind kind;
	struct buf text;         /* of a call: its arguments, JSON */
	const struct tool *tool; /* of a call: one of the request's */
	char *call_id;           /* of a call: as the model gave it */
	char *signature;         /* of thinking, or NULL */
	bool closed;
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

void answer_finish(struct answer *a); /* accepts zero; twice is fine */

/* -1, ERR_INVALID, when the text passes ANSWER_MAX_TEXT: asked again it would be as long. */
int answer_add(struct answer *a, const struct event *ev, struct err *err);

/* The block that text now goes to, or was closed last; NULL before the first. */
const struct block *answer_last(const struct answer *a);

/* Blocks of the kind so far. */
size_t answer_count(const struct answer *a, enum block_kind kind);

/* Appends the text of all blocks of the kind; `out` must take ANSWER_MAX_TEXT. */
void answer_join(const struct answer *a, enum block_kind kind, struct buf *out);

/* The input of a call of a custom tool, out of its arguments, for the caller to free. */
char *answer_custom_input(const struct block *b);

#endif
