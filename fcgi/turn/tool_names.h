/*
 * Names of properties that the API does not take in the schema of a tool, and those that stand
 * for them there: `$filter` is told as `_filter`, `filter[id]` as `filter_id_`.
 *
 * One name stands for one of the client's in the whole of a tool, so that it can be told back
 * (tool_rename.h) wherever the schema has it.
 */
#ifndef TURN_TOOL_NAMES_H
#define TURN_TOOL_NAMES_H

#include <stddef.h>

#include "base/err.h"

struct cJSON;

/* The longest name that the API takes, and its NUL. */
#define TOOL_NAME_SIZE 65

/* Names of one tool that are told as others. */
#define TOOL_NAMES_MAX 512

struct tool_name {
	char *given; /* the client's */
	char told[TOOL_NAME_SIZE];
};

struct tool_names {
	struct tool_name *list;
	size_t n;
	struct cJSON *schema; /* as it is told */
};

/*
 * Replaces the names that the API does not take in `schema`, wherever it names a property, and
 * makes *names what they stand for, for the caller to destroy; NULL when all names are taken. A
 * property that is told by another name has its own as its title, if it has no title. Values in
 * the schema (`enum`, `default`) stay as they are: the model may use either name. -1, ERR_INVALID
 * naming `at`, for more than TOOL_NAMES_MAX of them.
 */
int tool_names_create(
	struct tool_names **names, struct cJSON *schema, const char *at, struct err *err);
void tool_names_destroy(struct tool_names *names); /* accepts NULL */

/* NULL when it is told as it is. */
const struct tool_name *tool_names_of_given(const struct tool_names *names, const char *given);
const struct tool_name *tool_names_of_told(const struct tool_names *names, const char *told);

#endif
