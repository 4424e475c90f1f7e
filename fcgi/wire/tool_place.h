/*
 * Where the members of a tool, of an entry of `allowed_tools` or of a choice stand: chat nests
 * them under the type's name, Responses has them beside it. Both are read everywhere.
 */
#ifndef WIRE_TOOL_PLACE_H
#define WIRE_TOOL_PLACE_H

#include "base/err.h"
#include "wire/member.h"

struct tool_place {
	const struct cJSON *o;   /* the object that has the members; it belongs to the body */
	char at[MEMBER_AT_SIZE]; /* what errors call that object */
};

/*
 * Finds the members of `tool`, which errors call `at`. If `type` is function, custom or
 * allowed_tools, they are in the member of that name; without such a member, and if `type` is
 * anything else or NULL, they are in `tool` itself. -1, ERR_INVALID: that member is no object.
 */
int tool_place_find(struct tool_place *p, const struct cJSON *tool, const char *type,
	const char *at, struct err *err);

#endif
