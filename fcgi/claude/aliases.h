/*
 * The aliases under which the CLI knows a request's tools.
 *
 * The CLI takes [A-Za-z0-9_-] in a name and shows it to the model behind a prefix; what it cannot
 * carry becomes '_', and an alias that another tool has by then gets a number.
 */
#ifndef CLAUDE_ALIASES_H
#define CLAUDE_ALIASES_H

#include "turn/tool.h"

/* The longest name the API takes is 64; the CLI's prefix has 8. */
#define ALIAS_SIZE 57

struct aliases {
	const struct tools *tools; /* borrowed */
	char (*list)[ALIAS_SIZE];  /* one for each tool, in their order, all different */
};

/* Makes the aliases of the tools, which must stay as they are until aliases_finish. */
void aliases_init(struct aliases *a, const struct tools *tools);
void aliases_finish(struct aliases *a); /* frees; twice is fine */

/* The tool that has the alias; NULL when there is none. */
const struct tool *aliases_find(const struct aliases *a, const char *alias);

/* Writes the alias of a tool, also of one that is called in the history and offered no more. */
void aliases_of(const struct aliases *a, const char *space, const char *name, char out[ALIAS_SIZE]);

#endif
