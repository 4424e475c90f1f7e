#include "config/keys.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "support/check.h"

static struct api_key key_of(const char *label, const char *key)
{
	struct api_key k = {0};

	snprintf(k.label, sizeof(k.label), "%s", label);
	keys_hash(k.hash, key);
	return k;
}

static int add(struct api_keys *keys, const char *label, const char *key, struct err *err)
{
	struct api_key k = key_of(label, key);

	return keys_add(keys, &k, err);
}

static void fill(struct api_keys *keys, size_t n)
{
	struct err err;
	char label[32], key[32];

	for (size_t i = 0; i < n; i++) {
		snprintf(label, sizeof(label), "label-%zu", i);
		snprintf(key, sizeof(key), "sesame-%zu", i);
		assert_int_equal(add(keys, label, key, &err), 0);
	}
}

TEST(headers)
{
	static const struct {
		const char *header;
		bool accepted;
	} rows[] = {
		{"Bearer sesame-1", true},
		{"bearer sesame-1", true},
		{"BEARER sesame-1", true},
		{"bEaReR sesame-1", true},
		{"Bearer   sesame-1", true},
		{NULL, false},
		{"", false},
		{"Bearer", false},
		{"Bearer ", false},
		{"Bearer    ", false},
		{"sesame-1", false},
		{"Bearersesame-1", false},
		{"Basic sesame-1", false},
		{"Bearer sesame-", false},
		{"Bearer sesame-12", false},
		{"Bearer Sesame-1", false},
		{"Bearer sesame-1 x", false},
		{"Bearer Bearer sesame-1", false},
		{"Bearer sesame-1,Bearer x", false},
		{"Bearer sesame-3", false},
		{"Bearer label-1", false},
	};
	struct api_keys keys = {0};

	fill(&keys, 3);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		size_t which = 0;
		int result = keys_check(&keys, keys_bearer(rows[i].header), &which, &err);

		check((result == 0) == rows[i].accepted, "'%s': %d", rows[i].header, result);
		if (result < 0)
			check_err(rows[i].header, &err, ERR_KEY, NULL);
		else
			check(which == 1, "'%s': key %zu", rows[i].header, which);
	}
}

/* A header may hold the key and nothing else: it may be any text, as long as it is the key. */
TEST(key_alone)
{
	static const struct {
		const char *key;
		bool accepted;
	} rows[] = {
		{"sesame-1", true},
		{NULL, false},
		{"", false},
		{" sesame-1", false},
		{"sesame-1 ", false},
		{"Bearer sesame-1", false},
		{"label-1", false},
	};
	struct api_keys keys = {0};

	fill(&keys, 3);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		size_t which;
		int result = keys_check(&keys, rows[i].key, &which, &err);

		check((result == 0) == rows[i].accepted, "'%s': %d", rows[i].key, result);
		if (result < 0)
			check_err(rows[i].key, &err, ERR_KEY, NULL);
	}
}

/* The first, the last and those between, in lists of every length. */
TEST(each_key)
{
	char header[32];

	for (size_t n = 0; n <= KEYS_MAX; n++) {
		struct api_keys keys = {0};
		struct err err;
		size_t which;

		fill(&keys, n);
		for (size_t i = 0; i < n; i++) {
			snprintf(header, sizeof(header), "Bearer sesame-%zu", i);
			check(keys_check(&keys, keys_bearer(header), &which, &err) == 0,
				"%zu of %zu", i, n);
			check(which == i, "%zu is taken for %zu", i, which);
		}
		snprintf(header, sizeof(header), "Bearer sesame-%zu", n);
		check(keys_check(&keys, keys_bearer(header), &which, &err) == -1, "%zu of %zu", n,
			n);
	}
}

/* printf %s sesame-1 | sha256sum */
TEST(hash_is_sha256)
{
	unsigned char hash[KEYS_HASH_SIZE];
	char hex[2 * KEYS_HASH_SIZE + 1];

	keys_hash(hash, "sesame-1");
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	assert_string_equal(
		hex, "74ce73222af603a62d69a22a7e5e51ad85b87c804ed0c4a7d0934430031d20a4");
}

/* Who knows a hash, which may stand in a file that others can read, has no key. */
TEST(hash_is_no_key)
{
	struct api_keys keys = {0};
	char header[7 + 2 * KEYS_HASH_SIZE + 1] = "Bearer ";
	struct err err;
	size_t which;

	fill(&keys, 1);
	sodium_bin2hex(header + 7, sizeof(header) - 7, keys.list[0].hash, KEYS_HASH_SIZE);
	assert_int_equal(keys_check(&keys, keys_bearer(header), &which, &err), -1);
}

/* What a client sent as its key is not repeated to it, nor the right one told. */
TEST(message_tells_no_key)
{
	struct api_keys keys = {0};
	struct err err;
	size_t which;

	fill(&keys, 2);
	assert_int_equal(keys_check(&keys, keys_bearer("Bearer guess-2"), &which, &err), -1);
	assert_null(strstr(err.message, "sesame"));
	assert_null(strstr(err.message, "label-"));
	assert_null(strstr(err.message, "guess"));
}

TEST(key_is_not_kept)
{
	static const char secret[] = "a-key-as-long-as-a-hash-or-longer-0123456789";
	struct api_keys keys = {0};
	struct err err;

	assert_int_equal(add(&keys, "default", secret, &err), 0);
	assert_null(memmem(&keys, sizeof(keys), secret, 8));
}

TEST(long_key)
{
	char header[10000] = "Bearer ";
	struct api_keys keys = {0};
	struct err err;
	size_t which;

	memset(header + 7, 'k', sizeof(header) - 8);
	assert_int_equal(add(&keys, "default", header + 7, &err), 0);
	assert_int_equal(keys_check(&keys, keys_bearer(header), &which, &err), 0);
	header[sizeof(header) - 2] = 'x';
	assert_int_equal(keys_check(&keys, keys_bearer(header), &which, &err), -1);
}

TEST(what_is_not_added)
{
	static const struct {
		const char *label, *key;
		bool added;
	} rows[] = {
		{"label-1", "another", false},
		{"another", "sesame-1", false},
		{"label-1", "sesame-1", false},
		{"LABEL-1", "Sesame-1", true},
		{"label-", "sesame-", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct api_keys keys = {0};
		struct err err = {0};
		int result;

		fill(&keys, 3);
		result = add(&keys, rows[i].label, rows[i].key, &err);
		check((result == 0) == rows[i].added, "row %zu: %s", i, err.message);
		assert_int_equal(keys.n, rows[i].added ? 4 : 3);
		if (result < 0)
			check_err(rows[i].label, &err, ERR_INTERNAL, NULL);
	}
}

TEST(full)
{
	struct api_keys keys = {0};
	struct err err;

	fill(&keys, KEYS_MAX);
	assert_int_equal(add(&keys, "one-more", "one-more", &err), -1);
	check_err("one more", &err, ERR_INTERNAL, NULL);
	assert_int_equal(keys.n, KEYS_MAX);
}
