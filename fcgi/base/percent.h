/* The percent-encoding of bytes in a URL (RFC 3986, 2.1). */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

/*
 * Returns the byte that the text at *at begins with, as itself or as an escape such as %41, and
 * moves *at behind it. The text must not be empty. %00 gives NUL; a % that begins no escape is
 * itself.
 */
char percent_take(const char **at);

#endif
