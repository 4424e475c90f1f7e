/*
 * API keys, each with a label that may be logged. Only the SHA-256 of a key is kept; as keys
 * are random and long, a salt or a slow hash would protect nothing. A client's is compared
 * with all of them, each in constant time, so that the time an answer takes tells no key.
 *
 * A list is filled at start. The keeper's changes with its file; a worker has a copy of its own.
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
	unsigned limit; /* requests that it may have running at once; 0: as many as there can be */
};

/* Zero is an empty list. */
struct api_keys {
	struct api_key list[KEYS_MAX];
	size_t n;
};

void keys_hash(unsigned char hash[KEYS_HASH_SIZE], const char *key);

/* -1, ERR_INTERNAL: the list is full, or has the label or the hash already. */
int keys_add(struct api_keys *keys, const struct api_key *key, struct err *err);

/*
 * What follows the word Bearer in the value of an Authorization header: a piece of it, which may
 * be empty. NULL: the value, which may be NULL, has another form.
 */
const char *keys_bearer(const char *header);

/*
 * *which is the index of the key that the client sent as `key`; NULL or "": it sent none.
 * -1: ERR_KEY.
 */
int keys_check(const struct api_keys *keys, const char *key, size_t *which, struct err *err);

#endif
