/*
 * Regular expressions of a JSON schema.
 */
#ifndef SCHEMA_PATTERN_H
#define SCHEMA_PATTERN_H

#include <stdbool.h>

/*
 * Whether the UTF-8 text is a regular expression of ECMAScript 2018 with its flag `u`, which is
 * how the CLI compiles one. False for a few that it would take: names of groups that are not
 * ASCII, properties of characters that hardly anybody asks for, and more than 50 groups in each
 * other. Takes time in proportion to the text's length.
 */
bool schema_pattern_is_valid(const char *pattern);

/*
 * Whether the pattern, which is valid, may be found somewhere in `name`. True where that is not
 * easily seen.
 */
bool schema_pattern_may_match(const char *pattern, const char *name);

#endif
