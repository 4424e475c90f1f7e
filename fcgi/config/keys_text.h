/*
 * The text of a file of API keys.
 *
 * One key a line, `LABEL HASH` or `LABEL HASH LIMIT`. The label is 1 to 32 letters, digits,
 * '_', '.' or '-', the hash is the SHA-256 of the key in hexadecimal, the limit is how many
 * requests the key may have running at once, 1 to 9999. Blank lines and lines that begin with
 * '#' do not count.
 */
#ifndef CONFIG_KEYS_TEXT_H
#define CONFIG_KEYS_TEXT_H

#include <stddef.h>

#include "config/keys.h"

/*
 * Adds the keys in the n bytes at `text`; there must be at least one key. -1, ERR_INTERNAL: the
 * message tells the first fault and the number of its line, but nothing of what the line has; the
 * keys of the lines before it were added.
 */
int keys_parse(struct api_keys *keys, const char *text, size_t n, struct err *err);

#endif
