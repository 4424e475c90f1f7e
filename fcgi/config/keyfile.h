/* The file of API keys, read at the start and on SIGHUP (config/keys_text.h says what is in it). */
#ifndef CONFIG_KEYFILE_H
#define CONFIG_KEYFILE_H

#include "config/keys.h"

/*
 * Adds the keys of the file to `keys`. -1, ERR_INTERNAL: the file cannot be read, is no regular
 * file, is larger than 64 KiB, or may be written by others than its owner, or its text has a
 * fault; keys may have been added then. The message does not name the file.
 */
int keyfile_load(struct api_keys *keys, const char *path, struct err *err);

/* Replaces all keys but the first `own` by those of the file. -1, as above: keys is unchanged. */
int keyfile_reload(struct api_keys *keys, size_t own, const char *path, struct err *err);

#endif
