/*
 * What a worker leaves for the next one that goes on with its child: which settings are in
 * force, and which calls the CLI waits for, with the ids of its questions (mcp.h).
 */
#ifndef CLAUDE_HANDOFF_H
#define CLAUDE_HANDOFF_H

#include "base/buf.h"
#include "claude/mcp.h"

#define HANDOFF_HASH_SIZE 33

/* A printed one: it has ids alone. */
#define HANDOFF_MAX ((size_t)1 << 20)

struct handoff {
	char settings[HANDOFF_HASH_SIZE]; /* of the lines that set them, in hex; "" for none */
	struct mcp_calls calls;
};

void handoff_finish(struct handoff *h); /* accepts zero; twice is fine */

/* Appends what handoff_parse reads. Every call was asked for. Returns -1 if out is full. */
int handoff_print(const char *settings, const struct mcp_calls *calls, struct buf *out);

/* Fills h, which the caller finishes also when the text is no handoff: then it returns -1. */
int handoff_parse(struct handoff *h, const struct buf *text);

#endif
