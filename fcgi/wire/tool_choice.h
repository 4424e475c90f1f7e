/* `tool_choice`, as OpenAI's formats write it: a mode, one tool, or those that are allowed. */
#ifndef WIRE_TOOL_CHOICE_H
#define WIRE_TOOL_CHOICE_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Reads `choice`, NULL when it is not set, after all tools were added. Tools that are not allowed
 * are taken out of req. -1, ERR_INVALID naming tool_choice, when it names a tool there is not.
 */
int tool_choice_parse(struct request *req, const struct cJSON *choice, struct err *err);

#endif
