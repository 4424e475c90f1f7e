/*
 * Names of properties that the API does not take in the schema of a tool, and those that stand
 * for them there: `$filter` is told as `_filter`, `filter[id]` as `filter_id_`.
 *
 * Everywhere in one tool, a name that is told stands for the same name of the client's, so that
 * turn/tool_rename.h can put the client's name back.
 */
#ifndef TURN_TOOL_NAMES_H
#define TURN_TOOL_NAMES_H

#include <stddef.h>

#include "base/err.h"

struct cJSON;

/* Room for the longest name that the API takes, and its NUL. */
#define TOOL_NAME_SIZE 65

/* How many names of one tool may be told as others. */
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
 * Replaces the names that the API does not take in `schema`, wherever it names a property. *names
 * says what was replaced by what, for the caller to destroy; it is NULL if nothing was. A property
 * that is told by another name has its own as its title, unless it has one. Values in the schema
 * (`enum`, `default`) stay as they are, as the model may use either name. -1, ERR_INVALID naming
 * `at`: there are more than TOOL_NAMES_MAX such names.
 */
int tool_names_create(
	struct tool_names **names, struct cJSON *schema, const char *at, struct err *err);
void tool_names_destroy(struct tool_names *names); /* accepts NULL */

/* The entry of the client's name, or of the name that is told; NULL: that name was not replaced. */
const struct tool_name *tool_names_of_given(const struct tool_names *names, const char *given);
const struct tool_name *tool_names_of_told(const struct tool_names *names, const char *told);

#endif
