/* Server-sent events framing: one JSON value on one data line, a blank line after. */
#ifndef WIRE_SSE_H
#define WIRE_SSE_H

#include "base/buf.h"

struct cJSON;

/* `name` NULL: no event line (chat). JSON as cJSON prints it has no raw line break. */
int sse_event(struct buf *out, const char *name, const struct cJSON *data);
int sse_done(struct buf *out); /* data: [DONE] */

#endif
