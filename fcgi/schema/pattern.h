/*
 * Regular expressions of a JSON schema.
 */
#ifndef SCHEMA_PATTERN_H
#define SCHEMA_PATTERN_H

#include <stdbool.h>

/*
 * Whether the UTF-8 text is a regular expression of ECMAScript 2018 with the flag `u`, with which
 * the CLI compiles it. False also for a few that the CLI would take: with names of groups that are
 * not ASCII or more than 32, with properties of characters that are hardly ever asked for, or
 * with groups nested more than 50 deep. It takes time in proportion to the text's length.
 */
bool schema_pattern_is_valid(const char *pattern);

/*
 * Whether `pattern`, which must be valid, may match `name` or a part of it. True also where that
 * is not easy to tell.
 */
bool schema_pattern_may_match(const char *pattern, const char *name);

#endif
