/* The names of what has no effect, as a header can hold them. */
#include "turn/ignored.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "support/check.h"

static void check_printed(const struct ignored *g, const char *want)
{
	CLEANUP_BUF struct buf text = BUF_INIT(IGNORED_TEXT_MAX);

	ignored_print(&text, g);
	assert_string_equal(buf_str(&text), want);
}

TEST(order)
{
	CLEANUP(ignored_finish) struct ignored g = {0};

	assert_null(ignored_first(&g));
	check_printed(&g, "");
	ignored_add(&g, "seed");
	ignored_add(&g, "user");
	ignored_add(&g, "seed");
	check_printed(&g, "seed, user");
	assert_string_equal(ignored_first(&g), "seed");
}

TEST(bytes)
{
	static const struct {
		const char *name;
		const char *printed;
	} names[] = {
		{"schema.properties.$filter[0].a/b~", "schema.properties.$filter[0].a/b~"},
		{"gr\xc3\xb6\xc3\x9f"
		 "e",
			"gr%C3%B6%C3%9Fe"},
		{"a b", "a%20b"},
		{"a,b%", "a%2Cb%25"},
		{"a\r\nSet-Cookie: x\t\x7f\x01", "a%0D%0ASet-Cookie:%20x%09%7F%01"},
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CLEANUP(ignored_finish) struct ignored g = {0};

		ignored_add(&g, names[i].name);
		check_printed(&g, names[i].printed);
	}
}

TEST(long_name)
{
	CLEANUP(ignored_finish) struct ignored g = {0};
	char name[4001] = "", want[IGNORED_NAME_MAX] = "";

	memset(name, 'a', 2000);
	memset(name + 2000, 'b', 2000);
	memset(want, 'a', 98);
	memcpy(want + 98, "...", 3);
	memset(want + 101, 'b', 98);
	ignored_add(&g, name);
	check_printed(&g, want);
}

/* Each takes 10 bytes with the comma: 99 leave room for the words at the end. */
TEST(many_names)
{
	CLEANUP(ignored_finish) struct ignored g = {0};
	CLEANUP_BUF struct buf text = BUF_INIT(IGNORED_TEXT_MAX);

	for (size_t i = 0; i < IGNORED_MAX + 10; i++) {
		char name[9];

		snprintf(name, sizeof(name), "name%04zu", i);
		ignored_add(&g, name);
	}
	ignored_print(&text, &g);
	assert_true(strncmp(buf_str(&text), "name0000, name0001, ", 20) == 0);
	assert_string_equal(buf_str(&text) + 98 * 10, "name0098, +423 more");
}

/* The last may fill the room to its last byte. */
TEST(full)
{
	static const size_t lengths[] = {200, 200, 200, 200, 100, 114};
	CLEANUP(ignored_finish) struct ignored g = {0};
	CLEANUP_BUF struct buf text = BUF_INIT(IGNORED_TEXT_MAX);

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char name[IGNORED_NAME_MAX + 1] = "";

		memset(name, 'a' + (int)i, lengths[i]);
		ignored_add(&g, name);
	}
	ignored_print(&text, &g);
	assert_int_equal(text.len, IGNORED_TEXT_MAX);
	assert_int_equal(text.data[IGNORED_TEXT_MAX - 1], 'f');
}
