/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The length of the character that starts at s, at most n; 0 when it is not a valid one. */
size_t utf8_char(const char *s, size_t n);

/*
 * The length of the white space character that s begins with, 0 for any other: what Python
 * (Anthropic's API) or JavaScript (the CLI) strips, which is Unicode's white space and U+FEFF.
 */
size_t utf8_space(const char *s, size_t n);

/* Whether the text, which a NUL ends, is such characters alone, or empty. */
bool utf8_blank(const char *s);

bool utf8_valid(const char *s, size_t n);

#define UTF8_REPLACEMENT "\xef\xbf\xbd"

#endif
