/*
 * A request, written as the lines a child reads on stdin.
 *
 * First `initialize` (system prompt, tools, schema), `set_model` for another model than the
 * child's own, and the settings of the turn; an id of a model is among these, because for
 * `set_model` the CLI asks the API about a name that it does not list. Then the conversation as
 * native turns. The CLI appends a user turn of the history (shouldQuery false) when it gets to it
 * and says so with a `result` of num_turns 0; written earlier, the next turn would land before it.
 * So: replay_next, write what it appended, count the acknowledgements (decode.h), replay_next
 * again, until replay_done.
 *
 * A child that has seen all but the last turn gets that alone, after the settings where
 * they have changed (10 ms): as a user turn, or as answers to its questions for the calls.
 *
 * Every user line has client_composed: the text is data, no @file, no /command.
 */
#ifndef CLAUDE_ENCODE_H
#define CLAUDE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "claude/aliases.h"
#include "claude/handoff.h"
#include "turn/request.h"

struct replay {
	const struct request *request; /* borrowed */
	const struct aliases *aliases; /* borrowed; of its tools */
	const char *model;             /* borrowed; NULL: what the child was started with;
					  of a child that goes on, the one that it was told */
	const char *speaker;           /* borrowed; what will answer (decode.h), "" unknown */
	const struct handoff *handoff; /* borrowed; of a child that has all but the last turn */
	size_t next;                   /* the next turn to write */
	unsigned asked;                /* acknowledgements that what was written will bring */
	bool greeted;
	char settings[HANDOFF_HASH_SIZE]; /* that are in force once they were written */
};

/* Appends the lines that may be written once `acks` history turns were acknowledged; maybe none. */
int replay_next(struct replay *r, unsigned acks, struct buf *out);

/*
 * Whether the last turn of the request can be told alone to a child that has seen the turns before
 * it. A child that waits for the results of its calls takes those that mcp_takes, and nothing
 * beside them.
 */
bool replay_can_go_on(const struct request *request);

/* Everything was appended: what comes now is the answer. */
bool replay_done(const struct replay *r);

#endif
