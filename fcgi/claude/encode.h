/*
 * A request, written as the lines a fresh child reads on stdin.
 *
 * First `initialize` (the system prompt) and, for another model than the child's own,
 * `set_model` (the CLI asks the API about a name it does not list), then the
 * conversation as native turns. The CLI appends a user turn of the history (shouldQuery false) when
 * it gets to it and says so with a `result` of num_turns 0; written earlier, the next turn would
 * land before it. So: replay_next, write what it appended, count the acknowledgements (decode.h),
 * replay_next again, until replay_done.
 *
 * Every user line has client_composed: the text is data, no @file, no /command.
 */
#ifndef CLAUDE_ENCODE_H
#define CLAUDE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "wire/request.h"

struct replay {
	const struct request *request; /* borrowed */
	const char *model;             /* borrowed; NULL: what the child was started with */
	size_t next;                   /* the next turn to write */
	unsigned asked;                /* acknowledgements that what was written will bring */
	bool greeted;
};

/* Appends the lines that may be written once `acks` history turns were acknowledged; maybe none. */
int replay_next(struct replay *r, unsigned acks, struct buf *out);

/* Everything was appended: what comes now is the answer. */
bool replay_done(const struct replay *r);

/* Appends the greeting alone, for a child that is only asked what it offers. */
int encode_initialize(struct buf *out, const char *system);

#endif
