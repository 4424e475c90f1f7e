/*
 * Stop sequences of white space alone, such as "\n": Anthropic's API takes none of them, so the
 * text is cut here, at the first that comes. The API looks for all others.
 */
#ifndef CLAUDE_CUT_H
#define CLAUDE_CUT_H

#include <stdbool.h>

#include "base/buf.h"
#include "turn/request.h"

/* Whether the stop sequence is one that the API does not take. */
bool cut_is_ours(const char *stop);

struct cut {
	const struct request *request; /* borrowed: its stops */
	bool needed;                   /* one of them is ours: else no text need be fed */
	struct buf held;               /* what may be the beginning of one */
};

void cut_init(struct cut *c, const struct request *request);
void cut_finish(struct cut *c);

/*
 * Takes the next piece of a text and appends to `out`, which must have room for it and for what
 * is held, the part that is known to stand before every stop sequence of ours. True when one has
 * come: the text ends there.
 */
bool cut_feed(struct cut *c, const char *text, struct buf *out);

/* The text has ended: appends what was held back. The next text begins anew. */
void cut_flush(struct cut *c, struct buf *out);

#endif
