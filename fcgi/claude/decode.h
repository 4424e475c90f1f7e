/*
 * A child's stdout, made into events (turn/event.h): the last is terminal, and no other is.
 *
 * Steps: decode_init; decode_feed with the bytes as they come, cut anywhere, until decode_over;
 * decode_fail when the child (decode_end before it) or the wait for it ended first; to use the
 * child again, decode_feed until decode_rest knows more than REST_BUSY; decode_finish.
 *
 * The turn ends with a message_stop, not with its `result`: after max_tokens, a refusal or silence
 * the CLI goes on with a request nobody made. After a message that called no tool there is the next
 * one counts. An answer that must fit a schema ends with the `result`, which tells that the CLI
 * found it to fit, and is held until then unless it is streamed. Errors are judged by is_error and
 * is_api_error_message, never by `subtype` or by the text, which looks like an answer. Lines are
 * those of Claude Code 2.1.260 to 2.1.332.
 */
#ifndef CLAUDE_DECODE_H
#define CLAUDE_DECODE_H

#include <stdbool.h>

#include "claude/about.h"
#include "claude/decode_turn.h"
#include "claude/emitter.h"

enum decode_phase {
	DECODE_GREETING, /* `initialize` is not acknowledged yet */
	DECODE_BETWEEN,  /* the child has answered before; what it says belongs to no turn */
	DECODE_TURN      /* it was greeted, and what it says belongs to the turn */
};

struct decode {
	const struct request *request; /* borrowed: the tools and schema that were offered */
	struct aliases aliases;        /* of these tools */
	const char *asked; /* borrowed; the model that is to answer, or NULL if any may */
	long long now;     /* Unix seconds; the caller's, for resets that are told as a time */
	enum decode_phase phase;
	unsigned acks;               /* history turns acknowledged */
	struct about about;          /* what the CLI has told of itself so far */
	char model[MODEL_NAME_SIZE]; /* what will answer, once an init line told; "" before */
	struct buf replies;          /* lines for the child's stdin; the caller empties it */
	struct buf line;             /* the line so far */
	struct buf clean;            /* a line made fit for the JSON parser */
	long long resets_at; /* Unix seconds: when the API takes requests again; 0 unknown */
	unsigned wait;       /* seconds, the caller's: what the API told to wait; 0 unknown */
	struct emitter emitter;
	struct decode_turn turn; /* has a pointer to emitter: a struct decode is never copied */
};

void decode_init(struct decode *d, const struct request *request, event_fn *emit, void *arg);
void decode_finish(struct decode *d);

/*
 * The child is one that has answered before: it was greeted and vetted. Feed what it said since
 * then, which nobody has read, and take up: false when it cannot be used after all.
 */
void decode_continue(struct decode *d);
bool decode_take_up(struct decode *d);

void decode_feed(struct decode *d, const char *bytes, size_t n);
void decode_end(struct decode *d); /* of stdout: a last line counts without its newline */

/* Ends the turn because of what the child said of an error or, if it said nothing, of err. */
void decode_fail(struct decode *d, const struct err *err);

static inline bool decode_over(const struct decode *d)
{
	return emitter_is_over(&d->emitter);
}

static inline bool decode_ready(const struct decode *d)
{
	return d->phase != DECODE_GREETING;
}

static inline bool decode_between(const struct decode *d)
{
	return d->phase == DECODE_BETWEEN;
}

/* Whether START was emitted. */
static inline bool decode_started(const struct decode *d)
{
	return decode_turn_started(&d->turn);
}

/* Whether the child cannot be used again, whatever it has still to say. */
static inline bool decode_doubts(const struct decode *d)
{
	return d->emitter.state == EMITTER_FAILED || d->turn.rest == REST_DOUBT;
}

/* The calls of the answer so far. */
static inline const struct mcp_calls *decode_calls(const struct decode *d)
{
	return &d->turn.block.said.calls;
}

/* After the terminal event, whatever was fed since then counted. */
enum decode_rest decode_rest(const struct decode *d);

#endif
