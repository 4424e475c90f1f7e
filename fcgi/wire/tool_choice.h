/* `tool_choice`, as OpenAI's formats write it: a mode, one tool, or those that are allowed. */
#ifndef WIRE_TOOL_CHOICE_H
#define WIRE_TOOL_CHOICE_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Reads `choice`, which is NULL when it is not set. All tools must be declared by then; those that
 * it does not allow are taken out of req. -1, ERR_INVALID naming tool_choice: it is not valid, or
 * names a tool that is not there.
 */
int tool_choice_parse(struct request *req, const struct cJSON *choice, struct err *err);

#endif
