/* What is said to a child before the conversation; encode.h has the order. */
#ifndef CLAUDE_ENCODE_SETUP_H
#define CLAUDE_ENCODE_SETUP_H

#include "base/buf.h"
#include "wire/request.h"

struct cJSON;

int encode_line(struct buf *out, const struct cJSON *message);

int encode_initialize(struct buf *out, const struct request *request);
int encode_set_model(struct buf *out, const char *model);

/*
 * Limits, effort, sampling and choice of tool. They stay in force until replaced, so
 * every one of them is said for every turn, also where it is "as usual".
 */
int encode_settings(struct buf *out, const struct request *request);

#endif
