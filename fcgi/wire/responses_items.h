/* `input` of a Responses request: a text, or items, which are a conversation. */
#ifndef WIRE_RESPONSES_ITEMS_H
#define WIRE_RESPONSES_ITEMS_H

#include "base/err.h"
#include "wire/request.h"

struct cJSON;

/* One item. All of it is borrowed; `type` is a string of the program's. */
struct item {
	struct request *req;
	const struct cJSON *o;
	const char *at; /* what it is called in errors: input[3] */
	const char *type;
};

/* What is done with the items of a type. */
struct item_type {
	const char *type;
	int (*parse)(const struct item *it, struct err *err);
};

/*
 * Declares the tools that the items of `input` have: those of `additional_tools`, and those that a
 * `tool_search_output` found. One of a name that is taken replaces the tool before it: a client
 * sends its tools again, and a search finds what another one found.
 */
int responses_parse_input_tools(struct request *req, const struct cJSON *input, struct err *err);

/* Adds the turns and the system texts that `input` has to the request. */
int responses_parse_input(struct request *req, const struct cJSON *input, struct err *err);

#endif
