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
 * Declares the tools in `o`'s member `tools`; `at` is the name of `o`. Those that only OpenAI can
 * run are left out and noted as ignored. A name that a tool before has is ERR_INVALID, unless
 * `tools.again` is set.
 */
int tool_parse_list(struct request *req, const struct cJSON *o, const char *at, struct err *err);

/* Reads `tool_choice`, once all tools are declared. */
int tool_parse_choice(struct request *req, const struct cJSON *body, struct err *err);

/* The array `functions` of a chat body: each is a function's description alone. */
int tool_parse_functions(struct request *req, const struct cJSON *list, struct err *err);

/* A call as a history has it. All borrowed. */
struct tool_call {
	const char *id;
	const char *space; /* or NULL */
	const char *name;
	const struct cJSON *arguments; /* or NULL; a string, or what clients send in place of one */
	bool custom;                   /* they are a custom tool's input */
};

/*
 * Adds the call to the turn. Arguments are an object, or its text. Any other text is kept as
 * the argument "arguments", or, of a custom tool, as its input, and what is neither text nor
 * object as its JSON. They have the names that the model is told. ERR_INVALID without an id or a
 * name.
 */
int tool_parse_call(struct request *req, struct turn *t, const struct tool_call *call,
	const char *at, struct err *err);

/* Adds a result to the turn, to be filled. NULL: ERR_INVALID. */
struct part *tool_parse_result(struct turn *t, const char *id, const char *at, struct err *err);

#endif
