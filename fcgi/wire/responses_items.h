/* `input` of a Responses request: a text, or items, which are a conversation. */
#ifndef WIRE_RESPONSES_ITEMS_H
#define WIRE_RESPONSES_ITEMS_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/* One item. All of it is borrowed; a type that is known is a string of the program's. */
struct item {
	struct request *req;
	const struct cJSON *o;
	const char *list; /* the parameter that it is in: input */
	const char *at;   /* what it is called in errors: input[3] */
	const char *type;
};

/* What is done with the items of a type. */
struct item_type {
	const char *type;
	int (*parse)(const struct item *it, struct err *err);
};

/* Calls of tools that OpenAI defines and the client runs, and what came of them. */
extern const struct item_type responses_local[];
extern const size_t responses_n_local;

/*
 * Calls of tools that OpenAI runs. One is told when its item has what came of it, and otherwise
 * left out: the answer that follows it says what the model made of that.
 */
extern const struct item_type responses_hosted[];
extern const size_t responses_n_hosted;

/* Notes the type in its list as ignored: input.mcp_list_tools. Returns 0. */
int item_leave_out(const struct item *it, struct err *err);

/*
 * Adds a call, or a result to be filled, that may stand alone (stray.h). Without an id the item is
 * left out: there is no result then, NULL. What `arguments` may be, and -1, is as in
 * tool_parse_call.
 */
int item_add_call(const struct item *it, const char *id, const char *name,
	const struct cJSON *arguments, struct err *err);
struct part *item_add_result(const struct item *it, const char *id);

/* An object with a copy of the value as its one member, {} when that is NULL. Caller deletes. */
struct cJSON *item_wrap(const char *member, const struct cJSON *value);

/*
 * Declares the tools in the body's `tools`, then those that the items of its member `list` have, in
 * `additional_tools` and in what a `tool_search_output` found, and reads `tool_choice`. A tool of
 * an item replaces one of its name before it: a client sends its tools again, and a search finds
 * what another one found.
 */
int responses_parse_tools(
	struct request *req, const struct cJSON *body, const char *list, struct err *err);

/* Whether it is an item and no message: its type is that of one, or it has a type and no role. */
bool responses_is_item(const struct cJSON *o);

/* Adds what one item says. */
int responses_parse_item(struct item *it, struct err *err);

/* Adds the turns and the system texts that `input` has to the request. */
int responses_parse_input(struct request *req, const struct cJSON *input, struct err *err);

#endif
