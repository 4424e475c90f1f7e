/*
 * Checks a sequence of events against the grammar of turn/event.h.
 *
 * FAIL is taken wherever the turn stands, also inside an open block: a format must not
 * say that a block is whole when its child died in it.
 */
#ifndef SUPPORT_GRAMMAR_H
#define SUPPORT_GRAMMAR_H

#include <stdbool.h>

#include "turn/event.h"

struct grammar {
	bool started;
	bool open;
	bool is_signed; /* the open block has its SIGN */
	bool counted;   /* USAGE was there */
	unsigned terminal;
	enum block_kind block;
	const char *fault; /* the first thing that was wrong, or NULL */
};

void grammar_see(struct grammar *g, const struct event *ev);

/* NULL when one whole turn was seen; else what is wrong with it. */
const char *grammar_fault(const struct grammar *g);

#endif
