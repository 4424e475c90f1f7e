/* A file of keys: what is taken, written out again, gives the same keys. */
#include "fuzz/fuzz.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "config/keys_text.h"

static void check_label(const char *label)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"_.-";
	size_t n = strlen(label);

	assert(n >= 1 && n <= KEYS_LABEL_MAX && strspn(label, letters) == n);
	assert(strcmp(label, "-") != 0);
}

static void check_list(const struct api_keys *keys)
{
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 16);
	struct api_keys again = {0};
	struct err err;
	int result;

	assert(keys->n >= 1 && keys->n <= KEYS_MAX);
	for (size_t i = 0; i < keys->n; i++) {
		const struct api_key *key = &keys->list[i];
		char hex[2 * KEYS_HASH_SIZE + 1];

		check_label(key->label);
		for (size_t k = 0; k < i; k++)
			assert(strcmp(keys->list[k].label, key->label) != 0 &&
				memcmp(keys->list[k].hash, key->hash, KEYS_HASH_SIZE) != 0);
		sodium_bin2hex(hex, sizeof(hex), key->hash, KEYS_HASH_SIZE);
		buf_printf(&text, "%s %s\n", key->label, hex);
	}
	result = keys_parse(&again, buf_str(&text), text.len, &err);
	assert(result == 0 && again.n == keys->n);
	for (size_t i = 0; i < keys->n; i++)
		assert(strcmp(again.list[i].label, keys->list[i].label) == 0 &&
			memcmp(again.list[i].hash, keys->list[i].hash, KEYS_HASH_SIZE) == 0);
}

/* Nothing of the file may get into a log. */
static void check_fault(const struct err *err)
{
	fuzz_check_err(err);
	for (const char *s = err->message; *s != '\0'; s++)
		assert((*s & 0x80) == 0 && *s >= ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *text = fuzz_text(data, n);
	struct api_keys keys = {0};
	struct err err = {0};

	if (keys_parse(&keys, text, n, &err) == 0)
		check_list(&keys);
	else
		check_fault(&err);
	return 0;
}
