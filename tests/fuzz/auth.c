/* The Authorization header: it opens for a key behind the scheme and for nothing else. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/mem.h"
#include "config/keys.h"

static const char *const secrets[] = {"k", "sk-0123456789", "caf\xc3\xa9 \xff"};

/* Read from the end, so as not to be the same code: the secret, spaces, the scheme. */
static bool is_for(const char *header, const char *secret)
{
	size_t n = strlen(header), len = strlen(secret);
	size_t spaces = 0;

	if (n < len || strcmp(header + n - len, secret) != 0)
		return false;
	for (n -= len; n > 0 && header[n - 1] == ' '; n--)
		spaces++;
	if (spaces == 0 || n != 6)
		return false;
	for (size_t i = 0; i < n; i++)
		if ((header[i] | 0x20) != "bearer"[i])
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *header = fuzz_text(data, n);
	size_t expected = ARRAY_LEN(secrets), which = ARRAY_LEN(secrets);
	struct api_keys keys = {0};
	struct err err = {0};

	for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
		struct api_key key = {.label = {(char)('a' + i)}};

		keys_hash(key.hash, secrets[i]);
		keys_add(&keys, &key, &err);
		if (is_for(header, secrets[i]))
			expected = i;
	}
	if (keys_check(&keys, keys_bearer(header), &which, &err) < 0) {
		fuzz_check_err(&err);
		assert(expected == ARRAY_LEN(secrets));
	} else {
		assert(which == expected);
	}
	return 0;
}
