/*
 * Server-sent events, read back as strictly as the formats promise to write them: an
 * event line where the format has them, one data line, an empty line, nothing else.
 */
#ifndef SUPPORT_FRAMES_H
#define SUPPORT_FRAMES_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

/*
 * An array of the data of each event; `[DONE]` is a string in it. `named`: each event has
 * an event line that repeats the "type" of its data. The caller deletes.
 */
cJSON *frames_read(const struct buf *frames, bool named);

#endif
