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

/* The CGI variable that has the key. */
#define KEYS_HEADER "HTTP_AUTHORIZATION"

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
 * `header` is the value of Authorization, NULL when there was none. *which is the index of
 * the key that it holds. -1: ERR_KEY.
 */
int keys_check(const struct api_keys *keys, const char *header, size_t *which, struct err *err);

#endif
