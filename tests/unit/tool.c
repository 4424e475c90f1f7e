#include "turn/tool.h"

#include <string.h>

#include "support/check.h"

TEST(add)
{
	CLEANUP(tools_finish) struct tools tools = {0};
	const struct tool *t = tools_add(&tools, NULL, "a.b");

	assert_string_equal(t->name, "a.b");
	assert_null(t->description);
	assert_null(t->schema);
}

TEST(spaces)
{
	CLEANUP(tools_finish) struct tools tools = {0};

	tools_add(&tools, NULL, "f");
	tools_add(&tools, "one", "f");
	tools_add(&tools, "two", "f");
	assert_ptr_equal(tools_find(&tools, NULL, "f"), &tools.list[0]);
	assert_ptr_equal(tools_find(&tools, "one", "f"), &tools.list[1]);
	assert_ptr_equal(tools_find(&tools, "two", "f"), &tools.list[2]);
	assert_null(tools_find(&tools, "three", "f"));
	assert_null(tools_find(&tools, "one", "g"));
	tools_add(&tools, "two", "g");
	/* a call in a history may have lost its namespace, or have another */
	assert_ptr_equal(tools_find_called(&tools, "two", "f"), &tools.list[2]);
	assert_ptr_equal(tools_find_called(&tools, "three", "f"), &tools.list[0]);
	assert_ptr_equal(tools_find_called(&tools, NULL, "g"), &tools.list[3]);
	assert_null(tools_find_called(&tools, "two", "h"));
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

TEST(keep)
{
	CLEANUP(tools_finish) struct tools tools = {0};

	tools_add(&tools, NULL, "a")->schema = mem_strdup("{}");
	tools_add(&tools, NULL, "b")->description = mem_strdup("d");
	tools_add(&tools, "s", "c");
	tools_keep(&tools, is_not, "b");
	assert_int_equal(tools.n, 2);
	assert_string_equal(tools.list[0].name, "a");
	assert_string_equal(tools.list[0].schema, "{}");
	assert_string_equal(tools.list[1].name, "c");
	assert_string_equal(tools.list[1].space, "s");
	assert_null(tools_find(&tools, NULL, "b"));
	tools_keep(&tools, is_none, NULL);
	assert_int_equal(tools.n, 0);
	tools_finish(&tools);
	tools_finish(&tools);
}

TEST(plain_ids)
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
