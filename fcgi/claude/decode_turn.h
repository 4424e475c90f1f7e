/*
 * The API's own stream events, which the CLI passes on: messages of blocks, made into one turn. A
 * turn is one message, but for those in which the CLI or the schema has the model try again.
 */
#ifndef CLAUDE_DECODE_TURN_H
#define CLAUDE_DECODE_TURN_H

#include <stdbool.h>

#include "claude/decode_block.h"
#include "claude/emitter.h"
#include "turn/event.h"
#include "turn/request.h"

struct cJSON;

/* What becomes of the child after the turn. */
enum decode_rest {
	REST_BUSY,  /* it has still something to say: feed on */
	REST_IDLE,  /* it waits for the next turn */
	REST_CALLS, /* it waits for the results of its calls */
	REST_DOUBT  /* none of these: it is not to be used again */
};

enum decode_turn_phase {
	TURN_UNVETTED, /* no init line has shown yet that only our tools are there */
	TURN_AWAITED,  /* no message has begun */
	TURN_MESSAGE,  /* one is open */
	TURN_PAUSED    /* one is over; the turn is, too, or has another one */
};

struct decode_turn {
	const struct request *request; /* borrowed */
	struct emitter *emitter;       /* borrowed */
	enum decode_turn_phase phase;
	struct decode_block block;
	bool has_stop; /* the message has told its stop_reason */
	enum stop_reason stop;
	unsigned detours;    /* messages before this one in which all calls went astray */
	struct usage usage;  /* of this message */
	struct usage before; /* of those before it */
	enum decode_rest rest;
};

/* What is handed in is borrowed. */
void decode_turn_init(struct decode_turn *t, const struct request *request,
	const struct aliases *aliases, struct emitter *emitter);
void decode_turn_finish(struct decode_turn *t);

/* Only our tools are there: the model may answer. */
static inline void decode_turn_vet(struct decode_turn *t)
{
	if (t->phase == TURN_UNVETTED)
		t->phase = TURN_AWAITED;
}

/* Whether START was emitted. */
static inline bool decode_turn_started(const struct decode_turn *t)
{
	return t->phase == TURN_MESSAGE || t->phase == TURN_PAUSED;
}

/* A `stream_event` line. */
void decode_turn_event(struct decode_turn *t, const struct cJSON *line);

/* Fails the turn: in as many tries as the CLI gives it the model gave nothing that fits. */
void decode_turn_misfit(struct decode_turn *t);

/* A `result` without an error: the end of an answer that had to fit a schema. */
void decode_turn_result(struct decode_turn *t, const struct cJSON *line);

#endif
