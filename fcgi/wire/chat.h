/* POST /chat/completions: https://platform.openai.com/docs/api-reference/chat */
#ifndef WIRE_CHAT_H
#define WIRE_CHAT_H

#include "base/err.h"
#include "turn/request.h"
#include "wire/params.h"

struct cJSON;

extern const struct params chat_params;

/*
 * Fills *req from the body of a request, as `parse` in wire/wire.h does. The conversation is in
 * `messages`, which may have items of Responses among them. If there are no messages, it is in
 * `input`, because Cursor posts the bodies of Responses here.
 */
int chat_parse(struct request *req, const struct cJSON *body, struct err *err);

/*
 * Adds one message, which errors call `at`, to *req. Responses has the same messages, but for
 * calls and results. -1: err, which names a place in the message.
 */
int chat_parse_message(
	struct request *req, const struct cJSON *message, const char *at, struct err *err);

#endif
