/* Text files in UTF-8 or UTF-16. */
#ifndef BASE_TEXTFILE_H
#define BASE_TEXTFILE_H

#include <stddef.h>

/*
 * Returns the text of a file of n bytes as UTF-8 without a byte order mark; the caller frees it.
 * The bytes may be UTF-8, or UTF-16 if they begin with its byte order mark; half a surrogate pair
 * becomes U+FFFD. NULL: the file is no text, as its bytes are neither, or one character is NUL.
 */
char *textfile_read(const void *bytes, size_t n);

#endif
