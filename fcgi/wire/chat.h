/* POST /chat/completions: https://platform.openai.com/docs/api-reference/chat */
#ifndef WIRE_CHAT_H
#define WIRE_CHAT_H

#include "base/err.h"
#include "turn/request.h"
#include "wire/params.h"

struct cJSON;

extern const struct params chat_params;

/*
 * The conversation is in `messages`, which may have items of Responses among them. Where there are
 * none, it is in `input`, as in Responses, whose bodies Cursor posts here.
 */
int chat_parse(struct request *req, const struct cJSON *body, struct err *err);

/* One message, named `at` in errors. Those of Responses are the same without calls and results. */
int chat_parse_message(
	struct request *req, const struct cJSON *message, const char *at, struct err *err);

#endif
