#include "gateway/auth.h"

#include <sodium.h>
#include <string.h>

#include "support/check.h"

static void test_headers(void **state)
{
	static const struct {
		const char *header;
		bool accepted;
	} rows[] = {
		{"Bearer sesame-1", true},
		{"bearer sesame-1", true},
		{"BEARER sesame-1", true},
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
	};
	struct auth_key key;

	(void)state;
	auth_key_set(&key, "sesame-1");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		int result = auth_check(&key, rows[i].header, &err);

		check((result == 0) == rows[i].accepted, "'%s': %d", rows[i].header, result);
		if (result < 0)
			check_err(rows[i].header, &err, ERR_KEY, NULL);
	}
}

/* What a client sent as its key is not repeated to it, nor the right one told. */
static void test_message_tells_no_key(void **state)
{
	struct auth_key key;
	struct err err;

	(void)state;
	auth_key_set(&key, "sesame-1");
	assert_int_equal(auth_check(&key, "Bearer guess-2", &err), -1);
	assert_null(strstr(err.message, "sesame"));
	assert_null(strstr(err.message, "guess"));
}

static void test_key_is_not_kept(void **state)
{
	static const char secret[] = "a-key-as-long-as-a-hash-or-longer-0123456789";
	struct auth_key key = {0};

	(void)state;
	auth_key_set(&key, secret);
	assert_null(memmem(&key, sizeof(key), secret, 8));
}

static void test_long_key(void **state)
{
	char header[10000] = "Bearer ";
	struct auth_key key;
	struct err err;

	(void)state;
	memset(header + 7, 'k', sizeof(header) - 8);
	auth_key_set(&key, header + 7);
	assert_int_equal(auth_check(&key, header, &err), 0);
	header[sizeof(header) - 2] = 'x';
	assert_int_equal(auth_check(&key, header, &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_message_tells_no_key),
		cmocka_unit_test(test_key_is_not_kept),
		cmocka_unit_test(test_long_key),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
