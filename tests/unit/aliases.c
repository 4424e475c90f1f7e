#include "claude/aliases.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"

#define LONG_A "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"
#define CUT_A  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffff"

TEST(aliases)
{
	static const struct {
		const char *name, *alias;
	} rows[] = {
		{"get_weather", "get_weather"},
		{"Get-Weather9", "Get-Weather9"},
		{"a.b c", "a_b_c"},
		{"a/b:c", "a_b_c"},
		{"caf\xc3\xa9", "caf__"},
		{"\"\\\n", "___"},
		{"x", "x"},
		{CUT_A, CUT_A},
		{LONG_A, CUT_A},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(tools_finish) struct tools tools = {0};
		struct aliases a;
		char got[ALIAS_SIZE];

		/* the same for one that is called in the history and offered no more */
		for (int offered = 0; offered <= 1; offered++) {
			if (offered)
				tools_add(&tools, NULL, rows[i].name);
			aliases_init(&a, &tools);
			aliases_of(&a, NULL, rows[i].name, got);
			check(strcmp(got, rows[i].alias) == 0, "%s: %s", rows[i].name, got);
			aliases_finish(&a);
		}
	}
}

/* No two tools have one alias, however their names meet there. */
TEST(collisions)
{
	static const char *const names[] = {"a.b", "a b", "a_b", "a_b_2", "a/b"};
	static const char *const want[] = {"a_b", "a_b_2", "a_b_3", "a_b_2_2", "a_b_4"};
	CLEANUP(tools_finish) struct tools tools = {0};
	CLEANUP(aliases_finish) struct aliases a;
	char got[ALIAS_SIZE];

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		tools_add(&tools, NULL, names[i]);
	aliases_init(&a, &tools);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_string_equal(a.list[i], want[i]);
		assert_ptr_equal(aliases_find(&a, want[i]), &tools.list[i]);
		aliases_of(&a, NULL, names[i], got);
		assert_string_equal(got, want[i]);
	}
}

/* Long names that differ only where they are cut off, more than one digit numbers them. */
TEST(long_collisions)
{
	CLEANUP(tools_finish) struct tools tools = {0};
	CLEANUP(aliases_finish) struct aliases a;

	for (unsigned i = 0; i < 120; i++) {
		char name[100];

		snprintf(name, sizeof(name), LONG_A "%u", i);
		tools_add(&tools, NULL, name);
	}
	aliases_init(&a, &tools);
	for (size_t i = 0; i < tools.n; i++) {
		assert_true(strlen(a.list[i]) < ALIAS_SIZE);
		assert_ptr_equal(aliases_find(&a, a.list[i]), &tools.list[i]);
	}
}

TEST(spaces)
{
	CLEANUP(tools_finish) struct tools tools = {0};
	CLEANUP(aliases_finish) struct aliases a;
	char got[ALIAS_SIZE];

	tools_add(&tools, NULL, "f");
	tools_add(&tools, "one", "f");
	tools_add(&tools, "two", "f");
	aliases_init(&a, &tools);
	assert_null(aliases_find(&a, "g"));
	assert_string_not_equal(a.list[1], a.list[0]);
	assert_string_not_equal(a.list[2], a.list[1]);
	aliases_of(&a, "two", "f", got);
	assert_string_equal(got, a.list[2]);
}
