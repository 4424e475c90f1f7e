/*
 * NAME.ndjson is what Claude Code 2.1.330 wrote to stdout for a scripted answer of the API,
 * less ids, times and members nobody reads; invalid-utf8 and lone-surrogate are made by hand.
 * NAME.json is what clients should get of it:
 *
 *   request    members of the Responses request beside its input, {} when absent; what the
 *              answer repeats of them goes into the template "response"
 *   error      status, code and param of the answer when it was not streamed
 *   chat, ...  the name of each format in wires[]
 *              stream: the data of each event, less its sequence_number
 *              object: the whole answer
 *              neither is there when the error comes before the first event
 *   acks       acknowledged turns of the history; 0 when absent
 *
 * An object with a member "is" stands for the template of that name in templates.json with
 * its own members put over it, each replacing the template's.
 */
#ifndef GOLDEN_EXPECTED_H
#define GOLDEN_EXPECTED_H

#include "base/json.h"

/* The file's bytes, NUL-terminated; the test fails without it. The caller frees. */
char *file_read(const char *directory, const char *name, const char *suffix, size_t *n);

/* With no "is" left in it. The caller deletes. */
cJSON *expected_read(const char *directory, const char *name);

#endif
