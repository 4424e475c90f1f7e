/*
 * The names of what has no effect in a request, for the header x-proxy-ignored.
 *
 * A name is that of a parameter (`seed`) or of a place in the body, which may hold keys of the
 * client's: `response_format.json_schema.schema.properties.city.pattern`.
 */
#ifndef TURN_IGNORED_H
#define TURN_IGNORED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* How many names are kept: more would not fit into the header, however short they are. */
#define IGNORED_MAX 512

/* How many bytes a name may have; a longer one loses bytes of its middle. */
#define IGNORED_NAME_MAX 200

/* How many bytes the value of the header may have. */
#define IGNORED_TEXT_MAX 1024

struct ignored {
	char **names; /* owned; each is printable ASCII without a space or a comma */
	size_t n;
	size_t more; /* how many were added when there was no room */
};

void ignored_finish(struct ignored *g); /* frees the names; g is then empty */

/*
 * Adds a copy of the name, unless it is there already. A byte that is not printable ASCII, a space,
 * a comma or a `%` is written as `%` with two hexadecimal digits.
 */
void ignored_add(struct ignored *g, const char *name);

/* Adds the name `at.member` in the same way. */
void ignored_add_member(struct ignored *g, const char *at, const char *member);

/* The first name, NULL when nothing is ignored. */
const char *ignored_first(const struct ignored *g);

/*
 * Appends the names to `out` with `, ` between them, IGNORED_TEXT_MAX bytes at most. If there are
 * more names than fit, the last are left out, and `+N more` says how many.
 */
void ignored_print(struct buf *out, const struct ignored *g);

#endif
