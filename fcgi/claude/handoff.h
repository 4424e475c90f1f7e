/*
 * What a worker leaves for the next one that goes on with its child: which settings are in
 * force, and which calls the CLI waits for, with the ids of its questions (mcp.h).
 */
#ifndef CLAUDE_HANDOFF_H
#define CLAUDE_HANDOFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define NOTE_HASH_SIZE 33

/* A printed one: it has ids alone. */
#define NOTE_MAX ((size_t)1 << 20)

struct note_call {
	char *call_id;    /* as the model gave it; NULL in a note that was read */
	char *request_id; /* of the question; NULL: not asked yet */
	char *rpc_id;     /* JSON-RPC's, as JSON */
};

struct note {
	char settings[NOTE_HASH_SIZE]; /* of the lines that set them, in hex; "" for none */
	struct note_call *calls;       /* in the order of the answer */
	size_t n_calls;
};

void note_finish(struct note *n); /* accepts zero; twice is fine */

void note_add_call(struct note *n, const char *call_id);
bool note_has_call(const struct note *n, const char *call_id);

/* Whether every call was asked for. */
bool note_is_complete(const struct note *n);

/* -1: out is full; text is no note. */
int note_print(const struct note *n, struct buf *out);
int note_parse(struct note *n, const struct buf *text);

#endif
