/*
 * A child's stdout, made into events (turn/event.h).
 *
 * Steps: decode_init; decode_feed with the bytes as they come, cut anywhere, until decode_over;
 * decode_fail when the child (decode_end before it) or the wait for it ended first; to use the
 * child again, decode_feed until decode_rest knows more than REST_BUSY; decode_finish.
 * Exactly one terminal event is emitted, and none after it.
 *
 * The turn ends with a message_stop, not with its `result`: after max_tokens, a refusal or
 * silence the CLI goes on with a request nobody made. After a message that called no tool there
 * is the next one counts. An answer that must fit a schema ends with the `result`, which tells
 * that the CLI found it to fit, and is held until then unless it is streamed. Errors are judged
 * by is_error and is_api_error_message, never by `subtype` or by the text, which looks like an
 * answer. Lines are those of Claude Code 2.1.260 to 2.1.332.
 */
#ifndef CLAUDE_DECODE_H
#define CLAUDE_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "claude/about.h"
#include "claude/cut.h"
#include "claude/mcp.h"
#include "turn/event.h"
#include "turn/request.h"

#define DECODE_MAX_LINE ((size_t)16 << 20) /* a whole message comes on one */

/* What becomes of the child after the turn. */
enum decode_rest {
	REST_BUSY,  /* it has still something to say: feed on */
	REST_IDLE,  /* it waits for the next turn */
	REST_CALLS, /* it waits for the results of its calls: `calls` */
	REST_DOUBT  /* none of these: it is not to be used again */
};

struct decode {
	const struct request *request; /* borrowed: the tools and schema that were offered */
	event_fn *emit;
	void *arg;
	const char *asked;  /* borrowed; the model that is to answer, or NULL if any may */
	long long now;      /* Unix seconds; the caller's, for resets that are told as a time */
	bool ready;         /* `initialize` was acknowledged */
	unsigned acks;      /* history turns acknowledged */
	struct about about; /* what the CLI has told of itself so far */
	char model[MODEL_NAME_SIZE]; /* what will answer, once an init line told; "" before */
	struct buf replies;          /* lines for the child's stdin; the caller empties it */
	struct buf line;             /* the line so far */
	struct buf clean;            /* a line made fit for the JSON parser */
	struct buf block;            /* text of the open block */
	struct cut cut;              /* of the open block, which is text */
	struct buf signature;        /* of the open block, which is thinking */
	struct buf held; /* an answer that the CLI has not yet found to fit the schema */
	bool vetted;     /* an init line showed that only our tools are there */
	bool between;    /* before the turn: what comes belongs to none */
	bool started, in_message, open, over; /* START, a message, a block; a terminal event */
	bool hidden, is_json; /* the open block emits nothing, is a call of some tool */
	bool fits, has_stop;  /* the message has a call of the schema's tool, its stop_reason */
	bool spoke, has_text, has_call; /* a word or a call, a block of each, was emitted */
	bool astray;      /* the message has a call of no tool: the CLI answers that itself */
	unsigned detours; /* messages before this one in which all calls were such */
	struct mcp_calls strays; /* those calls */
	enum block_kind kind;
	const struct tool_names *names; /* of the open block: a call, emitted when it is whole */
	enum stop_reason stop;
	struct usage usage, spent; /* of this message, of those before it */
	long long resets_at;       /* Unix seconds: when the API takes requests again; 0 unknown */
	unsigned wait;             /* seconds, the caller's: what the API told to wait; 0 unknown */
	struct err failure;        /* what an error line said, until `result` says the rest */
	struct mcp_calls calls;    /* of the answer */
	enum decode_rest rest;
};

void decode_init(struct decode *d, const struct request *request, event_fn *emit, void *arg);
void decode_finish(struct decode *d);

/*
 * The child is one that has answered before: it was greeted and vetted. Feed what it said
 * since then, which nobody has read, and take up: false when it cannot be used after all.
 */
void decode_continue(struct decode *d);
bool decode_take_up(struct decode *d);

void decode_feed(struct decode *d, const char *bytes, size_t n);
void decode_end(struct decode *d); /* of stdout: a last line counts without its newline */
/* The turn cannot be finished because of err. What the child said of an error goes first. */
void decode_fail(struct decode *d, const struct err *err);

static inline bool decode_over(const struct decode *d)
{
	return d->over;
}

/* After the terminal event, whatever was fed since then counted. */
enum decode_rest decode_rest(const struct decode *d);

#endif
