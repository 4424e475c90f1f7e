/*
 * What of a request has no effect: the value of the header x-proxy-ignored.
 *
 * A name is that of a parameter (`seed`) or of a place in the body, which may hold keys of the
 * client's: `response_format.json_schema.schema.properties.city.pattern`.
 */
#ifndef TURN_IGNORED_H
#define TURN_IGNORED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* As many as fit into the header, whatever their names. */
#define IGNORED_MAX 512

/* A longer one loses bytes of its middle. */
#define IGNORED_NAME_MAX 200

/* The header's value has no more bytes than that. */
#define IGNORED_TEXT_MAX 1024

struct ignored {
	char **names; /* owned; each is printable ASCII without a space or a comma */
	size_t n;
	size_t more; /* how many were added when there was no room */
};

void ignored_finish(struct ignored *g); /* frees; twice is fine */

/*
 * Adds a copy of the name, unless it is there already. Its bytes that are not printable ASCII,
 * spaces, commas and `%` are written as `%` with two hexadecimal digits.
 */
void ignored_add(struct ignored *g, const char *name);

/* The same for the name `at.member`. */
void ignored_add_member(struct ignored *g, const char *at, const char *member);

/* The first name, NULL when nothing is ignored. */
const char *ignored_first(const struct ignored *g);

/*
 * Appends the names with `, ` between them to `out`, IGNORED_TEXT_MAX bytes at most. Where they
 * are more, the last are left out, and `+N more` says how many.
 */
void ignored_print(struct buf *out, const struct ignored *g);

#endif
