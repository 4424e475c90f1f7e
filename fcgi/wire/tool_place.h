/*
 * Where the members of a tool, of an entry of `allowed_tools` or of a choice stand: chat nests
 * them under the type's name, Responses has them beside it. Both are read everywhere.
 */
#ifndef WIRE_TOOL_PLACE_H
#define WIRE_TOOL_PLACE_H

#include "base/err.h"
#include "wire/member.h"

struct tool_place {
	const struct cJSON *o;   /* has the members; belongs to the body */
	char at[MEMBER_AT_SIZE]; /* what that place is called */
};

/*
 * Finds them in `tool`, which stands at `at`: in its member `function`, `custom` or
 * `allowed_tools`, whichever its type is, or in `tool` itself where it has none. `type` may be
 * NULL. -1, ERR_INVALID, when that member is no object.
 */
int tool_place_find(struct tool_place *p, const struct cJSON *tool, const char *type,
	const char *at, struct err *err);

#endif
