/* Lines of a child's stdin and stdout: each is one message of the CLI's protocol, in JSON. */
#ifndef CLAUDE_LINE_H
#define CLAUDE_LINE_H

#include <stddef.h>

#include "base/buf.h"

/* Bytes of the longest line that is read: a whole message of the model's comes on one. */
#define LINE_LIMIT ((size_t)16 << 20)

struct cJSON;

/* Appends the message to `out` as one line. Returns -1 if out is full. */
int line_write(struct buf *out, const struct cJSON *message);

#endif
