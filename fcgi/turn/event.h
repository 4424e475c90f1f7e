/*
 * The events that a model's turn is made of, in no format's words: claude/decode.h emits
 * them, and every format in wire/ renders them.
 *
 * Grammar: [ START ( OPEN (TEXT | THINK | ARGS)* SIGN? CLOSE )* USAGE? ] ( STOP | FAIL ), with
 * TEXT in a text block, THINK and SIGN in a thinking block, ARGS in a call. FAIL may come
 * anywhere, also while a block is open: that block is then not complete. There is exactly one
 * terminal event, also when the child dies. The pointers in an event are valid during the call.
 */
#ifndef TURN_EVENT_H
#define TURN_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "turn/tool.h"

enum event_kind {
	EVENT_START,
	EVENT_OPEN,
	EVENT_TEXT,
	EVENT_THINK,
	EVENT_ARGS,
	EVENT_SIGN,
	EVENT_CLOSE,
	EVENT_USAGE,
	EVENT_STOP,
	EVENT_FAIL
};

enum block_kind { BLOCK_TEXT, BLOCK_THINKING, BLOCK_CALL };

enum stop_reason { STOP_END, STOP_LENGTH, STOP_CALLS, STOP_REFUSAL };

/* Tokens. The prompt is input + cache_read + cache_write. */
struct usage {
	uint64_t input;
	uint64_t cache_read;
	uint64_t cache_write;
	uint64_t output;    /* thinking included */
	uint64_t reasoning; /* the part of the output that is thinking, if the CLI tells */
};

struct event {
	enum event_kind kind;
	union {
		const char *model; /* START: the model that answers */
		struct {
			enum block_kind block;   /* OPEN */
			const struct tool *tool; /* OPEN of a call: one of the request's */
			const char *call_id;     /* OPEN of a call: as the model gave it */
		};
		/*
		 * TEXT, THINK: UTF-8, whole characters. ARGS: a piece of the arguments' JSON.
		 * SIGN: what proves the thinking to the API. NUL-terminated.
		 */
		const char *text;
		struct usage usage;     /* USAGE */
		enum stop_reason stop;  /* STOP */
		const struct err *fail; /* FAIL */
	};
};

typedef void event_fn(void *arg, const struct event *ev);

#endif
