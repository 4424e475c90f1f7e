/*
 * The content blocks of a message: each is streamed in pieces, which become events, and comes once
 * more as a whole. What the blocks of a turn have had is kept for those who judge the turn.
 */
#ifndef CLAUDE_DECODE_BLOCK_H
#define CLAUDE_DECODE_BLOCK_H

#include <stdbool.h>

#include "base/buf.h"
#include "claude/aliases.h"
#include "claude/cut.h"
#include "claude/emitter.h"
#include "claude/mcp.h"
#include "turn/event.h"
#include "turn/request.h"

struct cJSON;

/* What the blocks so far have had. */
struct decode_said {
	/* Those of the message. */
	bool fits;       /* a call of the schema's tool */
	bool astray;     /* a call of no tool: the CLI answers that itself */
	struct buf held; /* an answer that the CLI has not yet found to fit the schema */

	/* Those of the turn. */
	bool words;              /* text that is not empty, or a call, was emitted */
	bool text;               /* a block of text was emitted */
	bool call;               /* a call was emitted */
	bool cut;                /* a stop sequence of ours: the answer ends there (cut.h) */
	struct mcp_calls calls;  /* those that were emitted */
	struct mcp_calls strays; /* those that went astray */
};

enum decode_open {
	OPEN_NONE,  /* no block is open */
	OPEN_SHOWN, /* what comes in it is emitted */
	OPEN_HIDDEN /* it emits nothing */
};

struct decode_block {
	const struct request *request; /* borrowed: the tools and schema that were offered */
	const struct aliases *aliases; /* borrowed; of these tools */
	struct emitter *emitter;       /* borrowed */
	struct decode_said said;
	enum decode_open open;
	enum block_kind kind;
	bool is_json;                   /* it is a call of some tool */
	const struct tool_names *names; /* of a call that is emitted when it is whole, or NULL */
	struct buf text;                /* so far */
	struct buf signature;           /* of a block that is thinking */
	struct cut cut;                 /* of a block that is text */
};

void decode_block_init(struct decode_block *b, const struct request *request,
	const struct aliases *aliases, struct emitter *emitter);
void decode_block_finish(struct decode_block *b);

/* A message_start: the blocks that follow are of another message. */
void decode_block_begin_message(struct decode_block *b);

/* The events content_block_start, content_block_delta and content_block_stop. */
void decode_block_start(struct decode_block *b, const struct cJSON *ev);
void decode_block_delta(struct decode_block *b, const struct cJSON *ev);
void decode_block_stop(struct decode_block *b, const struct cJSON *ev);

/* A block again, whole, just before its content_block_stop: it must be what was streamed. */
void decode_block_check(struct decode_block *b, const struct cJSON *block);

#endif
