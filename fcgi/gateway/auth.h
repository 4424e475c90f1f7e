/*
 * API keys. Only a hash of the key is kept, and hashes are compared in constant time, so
 * that the time an answer takes does not tell the key.
 */
#ifndef GATEWAY_AUTH_H
#define GATEWAY_AUTH_H

#include "base/err.h"

#define AUTH_HASH_SIZE 32

struct auth_key {
	unsigned char hash[AUTH_HASH_SIZE];
};

void auth_key_set(struct auth_key *k, const char *key);

/* `header` is the value of Authorization, NULL when there was none. -1: ERR_KEY. */
int auth_check(const struct auth_key *k, const char *header, struct err *err);

#endif
