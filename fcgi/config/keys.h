/*
 * API keys, each with a label that may be logged. Only the SHA-256 of a key is kept; as keys
 * are random and long, a salt or a slow hash would protect nothing. The key of a client is
 * compared with all of them, each in constant time, so that the time it takes tells nothing.
 *
 * A list is filled at start. The keeper fills its own anew when it rereads the file of keys; a
 * worker keeps the copy that it was forked with.
 */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include <stddef.h>

#include "base/err.h"

#define KEYS_HASH_SIZE 32
#define KEYS_LABEL_MAX 32
#define KEYS_MAX       64

struct api_key {
	char label[KEYS_LABEL_MAX + 1];
	unsigned char hash[KEYS_HASH_SIZE];
	unsigned limit; /* how many requests of the key may run at once; 0: any number */
};

/* Zero is an empty list. */
struct api_keys {
	struct api_key list[KEYS_MAX];
	size_t n;
};

/* Writes the SHA-256 of the key to `hash`. */
void keys_hash(unsigned char hash[KEYS_HASH_SIZE], const char *key);

/* Adds a copy of the key. -1, ERR_INTERNAL: the list is full, or has its label or its hash. */
int keys_add(struct api_keys *keys, const struct api_key *key, struct err *err);

/*
 * Returns the part of an Authorization header's value that follows the word Bearer; it may be "".
 * NULL: the value has another form, or `header` is NULL.
 */
const char *keys_bearer(const char *header);

/*
 * Sets *which to the index in keys->list of the key that a client sent. -1, ERR_KEY: it is none of
 * them, or the client sent none, for which `key` is NULL or "".
 */
int keys_check(const struct api_keys *keys, const char *key, size_t *which, struct err *err);

#endif
