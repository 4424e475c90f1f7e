/* Files of text, in the encodings that say which they are. */
#ifndef BASE_TEXTFILE_H
#define BASE_TEXTFILE_H

#include <stddef.h>

/*
 * The text of a file's n bytes as UTF-8 without a byte order mark, for the caller to free. The
 * bytes are UTF-8, or UTF-16 behind its mark, in which half a surrogate pair becomes U+FFFD.
 * NULL when they are neither, or when a character is NUL: then the file is no text.
 */
char *textfile_read(const void *bytes, size_t n);

#endif
