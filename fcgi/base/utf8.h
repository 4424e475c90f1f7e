/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many of the n bytes at s are their first character; 0 when it is no valid one. */
size_t utf8_char(const char *s, size_t n);

/*
 * How many of the n bytes at s are their first character, if it is white space; 0 if it is not.
 * White space is what Python (Anthropic's API) or JavaScript (the CLI) strips: Unicode's, U+001C
 * to U+001F, and U+FEFF.
 */
size_t utf8_space(const char *s, size_t n);

/* Whether the string s is empty or white space alone. */
bool utf8_blank(const char *s);

bool utf8_valid(const char *s, size_t n);

#define UTF8_REPLACEMENT "\xef\xbf\xbd"

#endif
