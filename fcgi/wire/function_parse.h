/*
 * `functions` and `function_call`: what chat had before `tools`. A call is one of an assistant's
 * message, without an id, and its result is a message of the role function.
 */
#ifndef WIRE_FUNCTION_PARSE_H
#define WIRE_FUNCTION_PARSE_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Makes functions the tools of req, which is then told one call at most, as a function_call. -1,
 * ERR_INVALID naming the parameter: they are no functions, stand beside `tools`, or function_call
 * names none of them.
 */
int function_parse_all(struct request *req, const struct cJSON *body, struct err *err);

/* Adds the function_call of the assistant's message, which stands at `at`, to its turn, if any. */
int function_parse_call(struct request *req, struct turn *t, const struct cJSON *message,
	const char *at, struct err *err);

/* Adds a message of the role function. -1, ERR_INVALID, when no such call is right before it. */
int function_parse_result(
	struct request *req, const struct cJSON *message, const char *at, struct err *err);

#endif
