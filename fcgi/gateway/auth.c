#include "gateway/auth.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

static void hash_key(unsigned char hash[AUTH_HASH_SIZE], const char *key)
{
	crypto_generichash(hash, AUTH_HASH_SIZE, (const unsigned char *)key, strlen(key), NULL, 0);
}

void auth_key_set(struct auth_key *k, const char *key)
{
	hash_key(k->hash, key);
}

/* What follows the Bearer scheme, whose letter case is free (RFC 9110, 11.1); else NULL. */
static const char *bearer_token(const char *header)
{
	static const char scheme[] = "Bearer";
	size_t n = sizeof(scheme) - 1;

	if (header == NULL || strncasecmp(header, scheme, n) != 0 || header[n] != ' ')
		return NULL;
	header += n;
	return header + strspn(header, " ");
}

int auth_check(const struct auth_key *k, const char *header, struct err *err)
{
	const char *token = bearer_token(header);
	unsigned char hash[AUTH_HASH_SIZE];

	if (token == NULL || token[0] == '\0')
		return err_set(err, ERR_KEY,
			"You didn't provide an API key. Send it in an Authorization header: "
			"Authorization: Bearer YOUR_KEY, where YOUR_KEY is the proxy's "
			"PROXY_API_KEY.");
	hash_key(hash, token);
	if (sodium_memcmp(hash, k->hash, sizeof(hash)) != 0)
		return err_set(err, ERR_KEY,
			"Incorrect API key provided. It must be the proxy's PROXY_API_KEY.");
	return 0;
}
