/*
 * An event stream, read as the HTML standard (9.2.6) says browsers read it: with every kind of
 * line end and field, written to know nothing of how ours are made.
 */
#ifndef FUZZ_LISTEN_H
#define FUZZ_LISTEN_H

#include "base/buf.h"
#include "base/json.h"

/* An array of {event, data}, both strings, for the caller to delete. */
cJSON *listen_to(const struct buf *stream);

#endif
