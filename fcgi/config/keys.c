#include "config/keys.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

_Static_assert(KEYS_HASH_SIZE == crypto_hash_sha256_BYTES, "the hash is SHA-256");

void keys_hash(unsigned char hash[KEYS_HASH_SIZE], const char *key)
{
	crypto_hash_sha256(hash, (const unsigned char *)key, strlen(key));
}

int keys_add(struct api_keys *keys, const struct api_key *key, struct err *err)
{
	if (keys->n == KEYS_MAX)
		return err_set(err, ERR_INTERNAL,
			"there may be %d keys at most, PROXY_API_KEY being one", KEYS_MAX);
	for (size_t i = 0; i < keys->n; i++) {
		if (strcmp(keys->list[i].label, key->label) == 0)
			return err_set(err, ERR_INTERNAL,
				"another key has this label (PROXY_API_KEY has the label default)");
		if (memcmp(keys->list[i].hash, key->hash, KEYS_HASH_SIZE) == 0)
			return err_set(err, ERR_INTERNAL, "this key has another label already");
	}
	keys->list[keys->n++] = *key;
	return 0;
}

/* The scheme's letter case is free (RFC 9110, 11.1). */
const char *keys_bearer(const char *header)
{
	static const char scheme[] = "Bearer";
	size_t n = sizeof(scheme) - 1;

	if (header == NULL || strncasecmp(header, scheme, n) != 0 || header[n] != ' ')
		return NULL;
	header += n;
	return header + strspn(header, " ");
}

/* The index of the key with this hash, keys->n if there is none; always takes the same time. */
static size_t find(const struct api_keys *keys, const unsigned char hash[KEYS_HASH_SIZE])
{
	size_t found = keys->n;

	for (size_t i = 0; i < keys->n; i++) {
		/* sodium_memcmp gives 0 or -1: all bits set when equal, none otherwise. */
		size_t equal = ~(size_t)sodium_memcmp(hash, keys->list[i].hash, KEYS_HASH_SIZE);

		found = (found & ~equal) | (i & equal);
	}
	return found;
}

int keys_check(const struct api_keys *keys, const char *key, size_t *which, struct err *err)
{
	unsigned char hash[KEYS_HASH_SIZE];

	if (key == NULL || key[0] == '\0')
		return err_set(err, ERR_KEY,
			"You didn't provide an API key. Send it in an Authorization header: Authorization: Bearer YOUR_KEY, where YOUR_KEY is the proxy's PROXY_API_KEY or one of its PROXY_API_KEY_FILE.");
	keys_hash(hash, key);
	*which = find(keys, hash);
	if (*which == keys->n)
		return err_set(err, ERR_KEY,
			"Incorrect API key provided. It must be the proxy's PROXY_API_KEY or one of its PROXY_API_KEY_FILE.");
	return 0;
}
