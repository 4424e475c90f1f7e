/*
 * Chat requests in the words of another format. Cursor posts bodies of Responses, or with much of
 * Anthropic's API in them, to /chat/completions, and wants chat's answer.
 */
#ifndef WIRE_CHAT_OTHER_H
#define WIRE_CHAT_OTHER_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Reads what says the same as a parameter of chat's: max_output_tokens, reasoning, text.format and
 * instructions, and Anthropic's thinking, output_config.effort and system. The caller reads chat's
 * own parameters after it, which replace what it has found. -1, ERR_INVALID naming the one that
 * has a wrong type or value.
 */
int chat_other_parse(struct request *req, const struct cJSON *body, struct err *err);

#endif
