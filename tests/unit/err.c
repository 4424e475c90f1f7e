#include "base/err.h"

#include <string.h>

#include "base/utf8.h"
#include "support/check.h"

TEST(names)
{
	for (int i = 0; i < ERR_KINDS; i++) {
		const char *name = err_name(i);

		check(name != NULL && name[0] != '\0', "kind %d has no name", i);
		check(strpbrk(name, " =\n\"") == NULL, "'%s' is not one word", name);
		for (int j = 0; j < i; j++)
			check(strcmp(name, err_name(j)) != 0, "'%s' names two kinds", name);
	}
	assert_string_equal(err_name(ERR_NONE), "none");
	assert_string_equal(err_name(ERR_GONE), "client_gone");
}

TEST(set)
{
	struct err err;

	memset(&err, 'x', sizeof(err));
	assert_int_equal(err_set(&err, ERR_TIMEOUT, "%d %s", 5, "s"), -1);
	check_err("set", &err, ERR_TIMEOUT, NULL);
	assert_string_equal(err.message, "5 s");
	assert_int_equal(err.retry_after, 0);
}

TEST(param)
{
	struct err err;

	assert_int_equal(err_param(&err, ERR_INVALID, "messages[3].content", "no '%s'", "a"), -1);
	check_err("param", &err, ERR_INVALID, "messages[3].content");
	assert_string_equal(err.message, "no 'a'");
	err_set(&err, ERR_INVALID, "other");
	assert_string_equal(err.param, "");
}

TEST(long_param)
{
	struct err err;
	char name[100];

	memset(name, 'p', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	err_param(&err, ERR_INVALID, name, "m");
	assert_int_equal(strlen(err.param), sizeof(err.param) - 1);
	assert_memory_equal(err.param, name, sizeof(err.param) - 1);
}

/* A message that just fits is whole, also when a character of several bytes ends it. */
TEST(longest_message)
{
	struct err err;
	char text[sizeof(err.message)];

	memset(text, 'a', sizeof(text));
	memcpy(text + sizeof(text) - 3, "\xc3\xa9", 3);
	err_set(&err, ERR_INVALID, "%s", text);
	assert_string_equal(err.message, text);
}

static void check_cut(const char *text, size_t width)
{
	struct err err;
	size_t n, most = sizeof(err.message) - 1;

	err_set(&err, ERR_INVALID, "%s", text);
	n = strlen(err.message);
	check(utf8_valid(err.message, n), "%zu bytes are cut in a character", strlen(text));
	assert_memory_equal(err.message, text, n);
	assert_in_range(n, width > 1 ? most - width : most, most);
}

/* Wherever the cut falls, whole characters stand before it, and no more than one is lost. */
TEST(cut_message)
{
	static const char *const characters[] = {
		"a", "\xc3\xa9", "\xe6\x97\xa5", "\xf0\x9f\x98\x80"};
	const size_t fits = sizeof(((struct err *)NULL)->message) - 1;

	for (size_t c = 0; c < ARRAY_LEN(characters); c++)
		for (size_t over = 1; over < 9; over++) {
			CLEANUP_BUF struct buf text = BUF_INIT(5000);
			size_t width = strlen(characters[c]);

			while ((fits + over - text.len) % width != 0)
				buf_puts(&text, "b");
			while (text.len < fits + over)
				buf_puts(&text, characters[c]);
			check_cut(text.data, width);
		}
}
