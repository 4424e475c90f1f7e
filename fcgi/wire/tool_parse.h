/*
 * `tools`, `tool_choice` and calls in a history, as OpenAI's formats write them. The two
 * spell a function differently (chat nests it under `function`); both are read everywhere.
 */
#ifndef WIRE_TOOL_PARSE_H
#define WIRE_TOOL_PARSE_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/*
 * Declares the tools in the member `tools` of o, which errors call `at`. Tools that only OpenAI can
 * run are left out and noted as ignored. -1, ERR_INVALID: a tool is not valid, there are more than
 * TOOLS_MAX, or a tool has the name of one before it and req->tools.again is false.
 */
int tool_parse_list(struct request *req, const struct cJSON *o, const char *at, struct err *err);

/* Reads the body's `tool_choice`. All tools must be declared by then. -1: ERR_INVALID. */
int tool_parse_choice(struct request *req, const struct cJSON *body, struct err *err);

/*
 * Declares the tools in chat's `functions`, an array of functions without a type. -1: ERR_INVALID.
 */
int tool_parse_functions(struct request *req, const struct cJSON *list, struct err *err);

/* A call in a history. All of it is borrowed. */
struct tool_call {
	const char *id;
	const char *space; /* or NULL */
	const char *name;
	const struct cJSON *arguments; /* or NULL; a string, or what clients send in place of one */
	bool custom;                   /* the arguments are the input of a custom tool */
};

/*
 * Adds the call to t. The arguments of a function may be an object or its text; any other text, or
 * the JSON of any other value, becomes the one argument "arguments". The input of a custom tool is
 * a text, or becomes the JSON of its value. Arguments get the names that the model is told. -1,
 * ERR_INVALID: the call has no id or no name.
 */
int tool_parse_call(struct request *req, struct turn *t, const struct tool_call *call,
	const char *at, struct err *err);

/* Adds a result to t, for the caller to fill. NULL, ERR_INVALID: `id` is NULL or "". */
struct part *tool_parse_result(struct turn *t, const char *id, const char *at, struct err *err);

#endif
