/* Server-sent events: each is one JSON value on one data line, with a blank line after it. */
#ifndef WIRE_SSE_H
#define WIRE_SSE_H

#include "base/buf.h"

struct cJSON;

/*
 * Appends an event, whose JSON has no line break as cJSON prints none. If `name` is NULL, it has no
 * event line, as in chat. Both functions return -1 if `out` is full.
 */
int sse_event(struct buf *out, const char *name, const struct cJSON *data);
int sse_done(struct buf *out); /* appends data: [DONE] */

#endif
