/*
 * Parameters of other formats in chat requests. Cursor posts to /chat/completions bodies of
 * Responses, and bodies with parameters of Anthropic's API, and expects chat's answer.
 */
#ifndef WIRE_CHAT_OTHER_H
#define WIRE_CHAT_OTHER_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Reads the parameters that say the same as one of chat's: max_output_tokens, reasoning,
 * text.format and instructions of Responses, and thinking, output_config.effort and system of
 * Anthropic's API. The caller reads chat's own parameters afterwards, so that these count where
 * both are there. -1, ERR_INVALID naming the parameter: it has a wrong type or value.
 */
int chat_other_parse(struct request *req, const struct cJSON *body, struct err *err);

#endif
