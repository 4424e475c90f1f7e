/*
 * A child's stdout, made into events (wire/event.h).
 *
 * Steps: decode_init, decode_feed with whatever bytes were read, until decode_over;
 * decode_fail when the child or the wait for it ended first; decode_finish. The bytes may
 * be cut anywhere. Exactly one terminal event is emitted, never one after it.
 *
 * The turn ends with the CLI's first message_stop, not with its `result`: after
 * max_tokens or a refusal the CLI goes on by itself with a request nobody made. Errors
 * are judged by is_error and is_api_error_message, never by `subtype` or by the text,
 * which looks like an answer. Lines are those of Claude Code 2.1.260 to 2.1.330.
 */
#ifndef CLAUDE_DECODE_H
#define CLAUDE_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "claude/model.h"
#include "wire/event.h"

/* The longest line taken: a whole message comes on one. */
#define DECODE_MAX_LINE ((size_t)16 << 20)

struct decode {
	event_fn *emit;
	void *arg;

	bool ready;               /* `initialize` was acknowledged */
	unsigned acks;            /* history turns acknowledged */
	struct model_list models; /* what the CLI offers, once ready */

	struct buf line;  /* the line so far */
	struct buf clean; /* a line made fit for the JSON parser */
	struct buf block; /* text of the open block */
	bool vetted;      /* an init line showed that only our tools are there */
	bool started;
	bool open;
	bool over;
	bool said_something;
	bool has_stop;
	enum block_kind kind;
	enum stop_reason stop;
	struct usage usage;
	struct err failure; /* what an error line said, until `result` says the rest */
};

void decode_init(struct decode *d, event_fn *emit, void *arg);
void decode_finish(struct decode *d);

void decode_feed(struct decode *d, const char *bytes, size_t n);

/* The turn cannot be finished because of err. What the child said of an error goes first. */
void decode_fail(struct decode *d, const struct err *err);

static inline bool decode_over(const struct decode *d)
{
	return d->over;
}

#endif
