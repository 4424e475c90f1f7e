/*
 * What a worker leaves for the next one that goes on with its child: which settings are in
 * force, and which calls the CLI waits for, with the ids of its questions (mcp.h).
 */
#ifndef CLAUDE_HANDOFF_H
#define CLAUDE_HANDOFF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define HANDOFF_HASH_SIZE 33

/* A printed one: it has ids alone. */
#define HANDOFF_MAX ((size_t)1 << 20)

struct handoff_call {
	char *call_id;    /* as the model gave it; NULL in a handoff that was read */
	char *request_id; /* of the question; NULL: not asked yet */
	char *rpc_id;     /* JSON-RPC's, as JSON */
};

struct handoff {
	char settings[HANDOFF_HASH_SIZE]; /* of the lines that set them, in hex; "" for none */
	struct handoff_call *calls;       /* in the order of the answer */
	size_t n_calls;
};

void handoff_finish(struct handoff *n); /* accepts zero; twice is fine */

void handoff_add_call(struct handoff *n, const char *call_id);
bool handoff_has_call(const struct handoff *n, const char *call_id);

/* Whether every call was asked for. */
bool handoff_is_complete(const struct handoff *n);

/* -1: out is full; text is no handoff. */
int handoff_print(const struct handoff *n, struct buf *out);
int handoff_parse(struct handoff *n, const struct buf *text);

#endif
