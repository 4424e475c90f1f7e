/* A line of a child's stdin: a message of the CLI's protocol is one line of JSON. */
#ifndef CLAUDE_LINE_H
#define CLAUDE_LINE_H

#include "base/buf.h"

struct cJSON;

/* Appends the message to `out` as one line. Returns -1 if out is full. */
int line_write(struct buf *out, const struct cJSON *message);

#endif
