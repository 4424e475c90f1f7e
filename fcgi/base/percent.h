/* Bytes in a URL. */
#ifndef BASE_PERCENT_H
#define BASE_PERCENT_H

/*
 * Takes a byte off the text at *at, where it stands as itself or as %41, and moves *at behind it.
 * *at is not at the end; %00 gives NUL.
 */
char percent_take(const char **at);

#endif
