/*
 * `functions` and `function_call`, which chat had before `tools`. A call is a member of an
 * assistant's message and has no id; its result is the next message, of the role function.
 */
#ifndef WIRE_FUNCTION_PARSE_H
#define WIRE_FUNCTION_PARSE_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Makes the body's `functions` the tools of req, whose answer may then have one call at most, which
 * is sent as a function_call. -1, ERR_INVALID naming the parameter: `functions` is not valid or
 * stands beside `tools`, or `function_call` names none of them.
 */
int function_parse_all(struct request *req, const struct cJSON *body, struct err *err);

/* Adds the function_call of an assistant's message, if it has one, to t. Errors call it `at`. */
int function_parse_call(struct request *req, struct turn *t, const struct cJSON *message,
	const char *at, struct err *err);

/* Adds a message of the role function. -1, ERR_INVALID: no function_call is right before it. */
int function_parse_result(
	struct request *req, const struct cJSON *message, const char *at, struct err *err);

#endif
