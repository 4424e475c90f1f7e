/* The part of decode.h that reads the content blocks of a message. */
#ifndef CLAUDE_DECODE_BLOCK_H
#define CLAUDE_DECODE_BLOCK_H

#include "claude/decode.h"

struct cJSON;

/* The events content_block_start, content_block_delta and content_block_stop. */
void decode_block_start(struct decode *d, const struct cJSON *ev);
void decode_block_delta(struct decode *d, const struct cJSON *ev);
void decode_block_stop(struct decode *d, const struct cJSON *ev);

/* A block again, whole, just before its content_block_stop: it must be what was streamed. */
void decode_block_check(struct decode *d, const struct cJSON *block);

#endif
