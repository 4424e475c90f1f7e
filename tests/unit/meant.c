#include "claude/meant.h"

#include <string.h>

#include "base/mem.h"
#include "support/check.h"

TEST(names)
{
	static const struct {
		const char *called, *means; /* the client's name; NULL: none */
	} rows[] = {
		/* as it was offered */
		{"mcp__c__read_file", "read_file"},
		{"mcp__c__a_b", "a.b"},
		{"mcp__c__mcp__c__own", "mcp__c__own"},
		/* as the client's prompt has it */
		{"read_file", "read_file"},
		{"a.b", "a.b"},
		{"search", "search"},
		/* the prefix twice, half, or another program's */
		{"mcp__c__mcp__c__read_file", "read_file"},
		{"mcp__c__mcp__c__mcp__c__read_file", "read_file"},
		{"mcp__read_file", "read_file"},
		{"c__read_file", "read_file"},
		{"mcp_c_read_file", "read_file"},
		{"functions.read_file", "read_file"},
		{"default_api:read_file", "read_file"},
		{"mcp__c__functions.read_file", "read_file"},
		{"mcp__c__own", "mcp__c__own"},
		/* another spelling */
		{"ReadFile", "read_file"},
		{"Read_File", "read_file"},
		{"mcp__c__READ-FILE", "read_file"},
		/* with its namespace */
		{"web.search", "search"},
		{"mcp__c__web__search", "search"},
		/* a tool whose name is one of the words that may stand before one */
		{"tools", "tools"},
		{"mcp__c__tools", "tools"},
		/* what means none of them, or two */
		{"Grep", NULL},
		{"mcp__c__nope", NULL},
		{"mcp__d__read_file", NULL},
		{"read", NULL},
		{"read_files", NULL},
		{"x-y", NULL},
		{"", NULL},
		{"mcp__c__", NULL},
		{"functions.", NULL},
		{"__", NULL},
	};
	struct aliases aliases;
	struct tools t = {0};

	tools_add(&t, NULL, "read_file");
	tools_add(&t, NULL, "a.b");
	tools_add(&t, NULL, "mcp__c__own");
	tools_add(&t, "web", "search");
	tools_add(&t, NULL, "tools");
	tools_add(&t, NULL, "x.y");
	tools_add(&t, NULL, "X_Y");
	aliases_init(&aliases, &t);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct tool *tool = meant_tool(&aliases, rows[i].called);
		const char *name = tool != NULL ? tool->name : NULL;

		check(name == NULL ? rows[i].means == NULL
				   : rows[i].means != NULL && strcmp(name, rows[i].means) == 0,
			"%s: %s", rows[i].called, name != NULL ? name : "none");
	}
	aliases_finish(&aliases);
	tools_finish(&t);
}

/* Names in which nothing is a letter of ASCII are told apart all the same. */
TEST(other_letters)
{
	struct aliases aliases;
	struct tools t = {0};

	tools_add(&t, NULL, "größe");
	tools_add(&t, NULL, "höhe");
	aliases_init(&aliases, &t);
	assert_ptr_equal(meant_tool(&aliases, "größe"), &t.list[0]);
	assert_ptr_equal(meant_tool(&aliases, "mcp__c__h__he"), &t.list[1]);
	assert_null(meant_tool(&aliases, "tiefe"));
	aliases_finish(&aliases);
	tools_finish(&t);
}

TEST(no_tools)
{
	struct aliases aliases;
	struct tools t = {0};

	aliases_init(&aliases, &t);
	assert_null(meant_tool(&aliases, "mcp__c__f"));
}
