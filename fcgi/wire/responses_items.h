/* `input` of a Responses request: a text, or items, which are a conversation. */
#ifndef WIRE_RESPONSES_ITEMS_H
#define WIRE_RESPONSES_ITEMS_H

#include "base/err.h"
#include "wire/request.h"

struct cJSON;

/* Adds the turns and the system texts that `input` has to the request. */
int responses_parse_input(struct request *req, const struct cJSON *input, struct err *err);

#endif
