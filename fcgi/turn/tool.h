/* The client's functions, under the client's names for them. */
#ifndef TURN_TOOL_H
#define TURN_TOOL_H

#include <stdbool.h>
#include <stddef.h>

/* Of one request: each is looked for among all of them, and the CLI names all in many lines. */
#define TOOLS_MAX 512

/* Of a function whose arguments are not described. */
#define TOOL_ANY_SCHEMA "{\"type\":\"object\",\"properties\":{}}"

/* The one argument of a custom tool, whose input is free text. */
#define TOOL_CUSTOM_ARGUMENT "input"

/* The search for tools has no name of its own in OpenAI's formats. */
#define TOOL_SEARCH_NAME "tool_search"

enum tool_kind {
	TOOL_FUNCTION,
	TOOL_CUSTOM, /* its input is free text */
	TOOL_SEARCH, /* Responses: finds more tools, and is named TOOL_SEARCH_NAME */
};

struct tool_names;

struct tool {
	char *name;
	char *space;              /* Responses: the namespace it was declared in, or NULL */
	char *description;        /* or NULL */
	char *schema;             /* of its arguments: a JSON object */
	struct tool_names *names; /* in the schema, that the client has others for; or NULL */
	char *param; /* what its description of arguments is called in the body, or NULL */
	enum tool_kind kind;
};

enum tool_choice { TOOL_CHOICE_AUTO, TOOL_CHOICE_NONE, TOOL_CHOICE_ANY, TOOL_CHOICE_ONE };

struct tools {
	struct tool *list;
	size_t n;
	enum tool_choice choice;
	size_t chosen; /* TOOL_CHOICE_ONE: which */
	bool one_call; /* no parallel calls */
	bool again;    /* while tools are declared: one of a name that is taken replaces that */
};

void tools_finish(struct tools *t); /* twice is fine */

/* The new tool, zero but for its names; valid until the next add. */
struct tool *tools_add(struct tools *t, const char *space, const char *name);

/* The same for a tool that may be there: it keeps its names, and the rest becomes zero. */
struct tool *tools_declare(struct tools *t, const char *space, const char *name);

/* NULL when there is none. */
const struct tool *tools_find(const struct tools *t, const char *space, const char *name);

/*
 * The tool that a call of the history is for: as tools_find or, because some clients send a call
 * back without its namespace, the first tool of the name in any other.
 */
const struct tool *tools_find_called(const struct tools *t, const char *space, const char *name);

/* Keeps those for which keep says so; `chosen` must not be set yet. */
void tools_keep(
	struct tools *t, bool (*keep)(const struct tool *tool, const void *arg), const void *arg);

/*
 * Appends the letters and digits of a call's id to the string in out. Clients rewrite ids,
 * each in its own way, but keep those.
 */
void tool_add_plain_id(const char *id, char *out, size_t size);

#endif
