/*
 * `tools`, `tool_choice` and calls in a history, as OpenAI's formats write them. The two
 * spell a function differently (chat nests it under `function`); both are read everywhere.
 */
#ifndef WIRE_TOOL_PARSE_H
#define WIRE_TOOL_PARSE_H

#include "base/err.h"
#include "wire/request.h"

struct cJSON;

/* Tools that only OpenAI can run are left out and noted as ignored. */
int tool_parse_all(struct request *req, const struct cJSON *body, struct err *err);

/*
 * Adds a call to the turn: `space` or NULL, `arguments` a JSON object as text, NULL for
 * none; what is no JSON object is kept as the argument "arguments".
 */
int tool_parse_call(struct request *req, struct turn *t, const char *id, const char *space,
	const char *name, const char *arguments, const char *at, struct err *err);

/* Adds a result to the turn, to be filled. NULL: ERR_INVALID. */
struct part *tool_parse_result(struct turn *t, const char *id, const char *at, struct err *err);

#endif
