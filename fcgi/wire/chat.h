/* POST /chat/completions: https://platform.openai.com/docs/api-reference/chat */
#ifndef WIRE_CHAT_H
#define WIRE_CHAT_H

#include "base/err.h"
#include "wire/params.h"
#include "wire/request.h"

struct cJSON;

extern const struct param chat_params[];
extern const size_t chat_n_params;

int chat_parse(struct request *req, const struct cJSON *body, struct err *err);

#endif
