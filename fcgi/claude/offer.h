/* What an init line of the CLI shows, beside what a request offers to the model. */
#ifndef CLAUDE_OFFER_H
#define CLAUDE_OFFER_H

#include <stdbool.h>

#include "claude/aliases.h"
#include "turn/request.h"

/* The CLI's own tool through which the model gives an answer that fits a schema. */
#define OFFER_SCHEMA_TOOL "StructuredOutput"

struct cJSON;

/*
 * Whether the line shows a tool, an MCP server or a slash command that is not the request's, whose
 * tools have the aliases. Fails closed: a line that does not say what there is counts as one that
 * shows too much.
 */
bool offer_shows_too_much(
	const struct request *request, const struct aliases *aliases, const struct cJSON *line);

/* Whether the line shows a tool that the CLI calls by that name. */
bool offer_shows(const struct cJSON *line, const char *name);

/*
 * The first of the tools that the line does not show, where it shows another one. NULL when it
 * shows all or none of them: for one tool that it cannot read the CLI may take none.
 */
const struct tool *offer_missing(const struct aliases *aliases, const struct cJSON *line);

#endif
