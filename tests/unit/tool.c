#include "turn/tool.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"

#define LONG_A "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggggggggg"
#define CUT_A  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffff"

static void test_cli_names(void **state)
{
	static const struct {
		const char *name, *cli_name;
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

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(tools_finish) struct tools tools = {0};
		char alone[TOOL_CLI_NAME_SIZE];
		const struct tool *t = tools_add(&tools, NULL, rows[i].name);

		check(strcmp(t->cli_name, rows[i].cli_name) == 0, "%s: %s", rows[i].name,
			t->cli_name);
		assert_string_equal(t->name, rows[i].name);
		assert_null(t->description);
		assert_null(t->schema);
		/* the same for one that is called in the history and offered no more */
		tools_finish(&tools);
		tools_cli_name(&tools, NULL, rows[i].name, alone);
		assert_string_equal(alone, rows[i].cli_name);
	}
}

/* No two tools have one name for the CLI, however their own names meet there. */
static void test_collisions(void **state)
{
	static const char *const names[] = {"a.b", "a b", "a_b", "a_b_2", "a/b"};
	static const char *const cli_names[] = {"a_b", "a_b_2", "a_b_3", "a_b_2_2", "a_b_4"};
	CLEANUP(tools_finish) struct tools tools = {0};
	char got[TOOL_CLI_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		tools_add(&tools, NULL, names[i]);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_string_equal(tools.list[i].cli_name, cli_names[i]);
		assert_ptr_equal(tools_find_cli(&tools, cli_names[i]), &tools.list[i]);
		assert_ptr_equal(tools_find(&tools, NULL, names[i]), &tools.list[i]);
		tools_cli_name(&tools, NULL, names[i], got);
		assert_string_equal(got, cli_names[i]);
	}
}

/* Long names that differ only where they are cut off, more than one digit numbers them. */
static void test_long_collisions(void **state)
{
	CLEANUP(tools_finish) struct tools tools = {0};

	(void)state;
	for (unsigned i = 0; i < 120; i++) {
		char name[100];

		snprintf(name, sizeof(name), LONG_A "%u", i);
		tools_add(&tools, NULL, name);
	}
	for (size_t i = 0; i < tools.n; i++) {
		assert_true(strlen(tools.list[i].cli_name) < TOOL_CLI_NAME_SIZE);
		assert_ptr_equal(tools_find_cli(&tools, tools.list[i].cli_name), &tools.list[i]);
	}
}

static void test_spaces(void **state)
{
	CLEANUP(tools_finish) struct tools tools = {0};
	char got[TOOL_CLI_NAME_SIZE];

	(void)state;
	tools_add(&tools, NULL, "f");
	tools_add(&tools, "one", "f");
	tools_add(&tools, "two", "f");
	assert_ptr_equal(tools_find(&tools, NULL, "f"), &tools.list[0]);
	assert_ptr_equal(tools_find(&tools, "one", "f"), &tools.list[1]);
	assert_ptr_equal(tools_find(&tools, "two", "f"), &tools.list[2]);
	assert_null(tools_find(&tools, "three", "f"));
	assert_null(tools_find(&tools, "one", "g"));
	assert_null(tools_find_cli(&tools, "g"));
	assert_string_not_equal(tools.list[1].cli_name, tools.list[0].cli_name);
	assert_string_not_equal(tools.list[2].cli_name, tools.list[1].cli_name);
	tools_cli_name(&tools, "two", "f", got);
	assert_string_equal(got, tools.list[2].cli_name);
}

static bool is_not(const struct tool *tool, const void *arg)
{
	return strcmp(tool->name, arg) != 0;
}

static bool is_none(const struct tool *tool, const void *arg)
{
	(void)tool;
	(void)arg;
	return false;
}

static void test_keep(void **state)
{
	CLEANUP(tools_finish) struct tools tools = {0};

	(void)state;
	tools_add(&tools, NULL, "a")->schema = mem_strdup("{}");
	tools_add(&tools, NULL, "b")->description = mem_strdup("d");
	tools_add(&tools, "s", "c");
	tools_keep(&tools, is_not, "b");
	assert_int_equal(tools.n, 2);
	assert_string_equal(tools.list[0].name, "a");
	assert_string_equal(tools.list[0].schema, "{}");
	assert_string_equal(tools.list[1].name, "c");
	assert_string_equal(tools.list[1].space, "s");
	assert_null(tools_find_cli(&tools, "b"));
	tools_keep(&tools, is_none, NULL);
	assert_int_equal(tools.n, 0);
	tools_finish(&tools);
	tools_finish(&tools);
}

static void test_plain_ids(void **state)
{
	static const struct {
		const char *id, *plain;
	} rows[] = {
		{"", "x"},
		{"call_1", "xcall1"},
		{"toolu_01AbC-9|z", "xtoolu01AbC9z"},
		{"_-.:/ ", "x"},
		{"\xc3\xa9"
		 "1",
			"x1"},
	};
	char small[8] = "call_";

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char out[16] = "x";

		tool_add_plain_id(rows[i].id, out, sizeof(out));
		assert_string_equal(out, rows[i].plain);
	}
	tool_add_plain_id("a-bcdef", small, sizeof(small));
	assert_string_equal(small, "call_ab");
	tool_add_plain_id("more", small, sizeof(small));
	assert_string_equal(small, "call_ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cli_names),
		cmocka_unit_test(test_collisions),
		cmocka_unit_test(test_long_collisions),
		cmocka_unit_test(test_spaces),
		cmocka_unit_test(test_keep),
		cmocka_unit_test(test_plain_ids),
	};

	return cmocka_run_group_tests_name("tool", tests, NULL, NULL);
}
