/* The part of decode.h that turns the API's own stream events into ours. */
#ifndef CLAUDE_DECODE_TURN_H
#define CLAUDE_DECODE_TURN_H

#include "claude/decode.h"

struct cJSON;

/* Emits ev unless a terminal event is out. */
void decode_emit(struct decode *d, struct event ev);

#define DECODE_FAIL(d, kind, ...)                                                                  \
	do {                                                                                       \
		struct err fail_;                                                                  \
                                                                                                   \
		err_set(&fail_, kind, __VA_ARGS__);                                                \
		decode_fail(d, &fail_);                                                            \
	} while (0)

/* A `stream_event` line. */
void decode_turn_event(struct decode *d, const struct cJSON *line);

/* Ends the turn well: emits what was held back, the usage and STOP. */
void decode_turn_finish(struct decode *d, enum stop_reason stop);

/* Fails the turn: in as many tries as the CLI gives it the model gave nothing that fits. */
void decode_turn_misfit(struct decode *d);

/* A `result` without an error: the end of an answer that had to fit a schema. */
void decode_turn_result(struct decode *d, const struct cJSON *line);

#endif
