/* `input` of a Responses request: a text, or items, which are a conversation. */
#ifndef WIRE_RESPONSES_ITEMS_H
#define WIRE_RESPONSES_ITEMS_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/* One item. All of it is borrowed, but for a `type` that is known: this is a constant of ours. */
struct item {
	struct request *req;
	const struct cJSON *o;
	const char *list; /* the parameter that it is in: input */
	const char *at;   /* what it is called in errors: input[3] */
	const char *type;
};

/* A type of items, and the function that adds what one of them says to its request. */
struct item_type {
	const char *type;
	int (*parse)(const struct item *it, struct err *err);
};

/* The types of calls of tools that OpenAI defines and the client runs, and of their outputs. */
extern const struct item_type responses_local[];
extern const size_t responses_n_local;

/*
 * The types of calls of tools that OpenAI runs. The model is told of a call if the item has its
 * result, too. Otherwise the item is left out: the answer after it has what came of the call.
 */
extern const struct item_type responses_hosted[];
extern const size_t responses_n_hosted;

/* Leaves the item out and notes its type as ignored: input.mcp_list_tools. Returns 0. */
int item_leave_out(const struct item *it, struct err *err);

/*
 * Adds a call, or a result for the caller to fill; either may have no counterpart (turn/stray.h).
 * If `id` is NULL or "", the item is left out, and the functions return 0 and NULL. `arguments` and
 * -1 are as in tool_parse_call.
 */
int item_add_call(const struct item *it, const char *id, const char *name,
	const struct cJSON *arguments, struct err *err);
struct part *item_add_result(const struct item *it, const char *id);

/* An object with a copy of the value as its one member, {} for NULL; the caller deletes it. */
struct cJSON *item_wrap(const char *member, const struct cJSON *value);

/*
 * Declares the tools in the body's `tools`, then those in items of its member `list` that are of
 * the type additional_tools or tool_search_output; then reads `tool_choice`. A tool in an item
 * replaces a tool of the same name before it, because clients send tools again and a search may
 * find what another one found. -1: ERR_INVALID.
 */
int responses_parse_tools(
	struct request *req, const struct cJSON *body, const char *list, struct err *err);

/* Whether o is an item and no message: its type is an item's, or it has a type and no role. */
bool responses_is_item(const struct cJSON *o);

/* Adds what one item says to its request. The caller sets all members but `type`. -1: err. */
int responses_parse_item(struct item *it, struct err *err);

/* Adds the turns and the system texts of `input`, a string or an array of items. -1: err. */
int responses_parse_input(struct request *req, const struct cJSON *input, struct err *err);

#endif
