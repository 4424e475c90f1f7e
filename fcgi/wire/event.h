/*
 * What a model's turn is made of, in no format's words: claude/decode.h emits
 * events, every format in wire/ renders them.
 *
 * Grammar: [ START ( OPEN (TEXT | THINK)* CLOSE )* USAGE? ] ( STOP | FAIL ), with TEXT
 * only in a text block and THINK only in a thinking block. There is exactly one
 * terminal event, also when the child dies. Pointers are borrowed for the call.
 */
#ifndef WIRE_EVENT_H
#define WIRE_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum event_kind {
	EVENT_START,
	EVENT_OPEN,
	EVENT_TEXT,
	EVENT_THINK,
	EVENT_CLOSE,
	EVENT_USAGE,
	EVENT_STOP,
	EVENT_FAIL
};

enum block_kind { BLOCK_TEXT, BLOCK_THINKING };

enum stop_reason { STOP_END, STOP_LENGTH, STOP_REFUSAL };

/* Tokens. The prompt is input + cache_read + cache_write. */
struct usage {
	uint64_t input;
	uint64_t cache_read;
	uint64_t cache_write;
	uint64_t output;    /* thinking included */
	uint64_t reasoning; /* of those, thinking, where the CLI tells */
};

struct event {
	enum event_kind kind;
	union {
		const char *model;      /* START: the model that answers */
		enum block_kind block;  /* OPEN */
		const char *text;       /* TEXT, THINK: UTF-8, NUL-terminated, whole characters */
		struct usage usage;     /* USAGE */
		enum stop_reason stop;  /* STOP */
		const struct err *fail; /* FAIL */
	};
};

typedef void event_fn(void *arg, const struct event *ev);

#endif
