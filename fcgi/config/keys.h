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
#define AUTH_HEADER "HTTP_AUTHORIZATION"

#define AUTH_HASH_SIZE 32
#define AUTH_LABEL_MAX 32
#define AUTH_KEYS_MAX  64

struct auth_key {
	char label[AUTH_LABEL_MAX + 1];
	unsigned char hash[AUTH_HASH_SIZE];
	unsigned limit; /* requests that it may have running at once; 0: as many as there can be */
};

/* Zero is an empty list. */
struct auth_keys {
	struct auth_key list[AUTH_KEYS_MAX];
	size_t n;
};

void auth_hash(unsigned char hash[AUTH_HASH_SIZE], const char *key);

/* -1, ERR_INTERNAL: the list is full, or has the label or the hash already. */
int auth_add(struct auth_keys *keys, const struct auth_key *key, struct err *err);

/*
 * `header` is the value of Authorization, NULL when there was none. *which is the index of
 * the key that it holds. -1: ERR_KEY.
 */
int auth_check(const struct auth_keys *keys, const char *header, size_t *which, struct err *err);

#endif
