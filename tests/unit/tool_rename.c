/* Arguments with the client's names and with those that the model is told. */
#include "turn/tool_rename.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"

static void names_finish(struct tool_names **names)
{
	tool_names_destroy(*names);
}

/* A schema, arguments by the client's names, and by those that are told. */
static const struct {
	const char *schema, *given, *told;
} both_ways[] = {
#define A "{'properties':{'$a':{'properties':{'b c':{}}},'d':{}}}"
	{A, "{'$a':1,'d':2}", "{'_a':1,'d':2}"},
	{A, "{'$a':{'b c':{'b c':1}}}", "{'_a':{'b_c':{'b c':1}}}"},
	/* not where the schema has no such name */
	{A, "{'b c':1,'d':{'$a':1,'b c':2},'e':[{'$a':1}]}",
		"{'b c':1,'d':{'$a':1,'b c':2},'e':[{'$a':1}]}"},
	/* all else as it is written */
	{A,
		" { '$a' :\t{ 'b c' : [ 12345678901234567890 , 1.50e+2 , '\\u00e4\\'$a\\\\' ] } , "
		"'d':\nnull,'x':{},'y':[],'z':[true , false] } ",
		" { '_a' :\t{ 'b_c' : [ 12345678901234567890 , 1.50e+2 , '\\u00e4\\'$a\\\\' ] } , "
		"'d':\nnull,'x':{},'y':[],'z':[true , false] } "},
	{A, "{}", "{}"},
	{A, "[{'$a':1}]", "[{'$a':1}]"},
	{A, "5", "5"},
	/* beside the name that it would become */
	{A, "{'$a':1,'_a':2}", "{'$a':1,'_a':2}"},
	/* what is no JSON */
	{A, "{'$a':1", "{'$a':1"},
	{A, "", ""},
	/* each way to a name */
	{"{'items':{'properties':{'$a':{}}}}", "[{'$a':1},[{'$a':1}]]", "[{'_a':1},[{'$a':1}]]"},
	{"{'prefixItems':[{},{'properties':{'$a':{}}}]}", "[0,{'$a':1}]", "[0,{'_a':1}]"},
	{"{'contains':{'properties':{'$a':{}}}}", "[0,{'$a':1}]", "[0,{'_a':1}]"},
	{"{'additionalProperties':{'properties':{'$a':{}}}}", "{'$a':{'$a':1}}", "{'$a':{'_a':1}}"},
	{"{'patternProperties':{'^x':{'properties':{'$a':{}}}}}", "{'x':{'$a':1}}",
		"{'x':{'_a':1}}"},
	{"{'anyOf':[{},{'oneOf':[{'allOf':[{'properties':{'$a':{}}}]}]}]}", "{'$a':1}", "{'_a':1}"},
	{"{'if':{'properties':{'$a':{}}},'then':{'properties':{'$b':{}}},"
	 "'else':{'properties':{'$c':{}}},'not':{'properties':{'$d':{}}}}",
		"{'$a':1,'$b':2,'$c':3,'$d':4}", "{'_a':1,'_b':2,'_c':3,'_d':4}"},
	{"{'dependentSchemas':{'x':{'properties':{'$a':{}}}},"
	 "'dependencies':{'x':{'properties':{'$b':{}}}}}",
		"{'$a':1,'$b':2}", "{'_a':1,'_b':2}"},
	/* references, also to itself and to one another */
	{"{'properties':{'x':{'$ref':'#/$defs/y'}},'$defs':{'y':{'properties':{'$a':{}}}}}",
		"{'$a':1,'x':{'$a':1}}", "{'$a':1,'x':{'_a':1}}"},
	{"{'properties':{'@type':{},'sub':{'items':{'$ref':'#'}}}}",
		"{'@type':1,'sub':[{'@type':2,'sub':[{'@type':3}]}]}",
		"{'_type':1,'sub':[{'_type':2,'sub':[{'_type':3}]}]}"},
	{"{'allOf':[{'$ref':'#'},{'$ref':'#/allOf/0'}],'properties':{'$a':{'$ref':'#'}}}",
		"{'$a':{'$a':1}}", "{'_a':{'_a':1}}"},
	{"{'properties':{'$a':{'$ref':'#/nowhere'},'$b':{'$ref':5}}}", "{'$a':{'$a':1},'$b':1}",
		"{'_a':{'$a':1},'_b':1}"},
	/* no such names at all */
	{"{'properties':{'a':{}}}", "{'$a':1}", "{'$a':1}"},
};

static void check_rename(const char *schema, const char *given, const char *told,
	char *(*rename)(const struct tool_names *, const char *))
{
	CLEANUP(names_finish) struct tool_names *names = NULL;
	CLEANUP_JSON cJSON *value = json_of(schema);
	CLEANUP_FREE char *from = json_quote(given), *want = json_quote(told), *made = NULL;
	struct err err = {0};

	assert_int_equal(tool_names_create(&names, value, "here", &err), 0);
	made = rename(names, from);
	check(strcmp(made, want) == 0, "%s: %s is %s", schema, from, made);
}

TEST(both_ways)
{
	for (size_t i = 0; i < ARRAY_LEN(both_ways); i++) {
		check_rename(both_ways[i].schema, both_ways[i].given, both_ways[i].told,
			tool_rename_told);
		check_rename(both_ways[i].schema, both_ways[i].told, both_ways[i].given,
			tool_rename_given);
	}
}

/* The model may use the client's names, and the client may have data by the names that are told. */
TEST(one_way)
{
	check_rename(A, "{'$a':{'b_c':1}}", "{'$a':{'b c':1}}", tool_rename_given);
	check_rename(A, "{'_a':{'b c':1}}", "{'_a':{'b_c':1}}", tool_rename_told);
	check_rename(A, "{'\\u005fa':1}", "{'$a':1}", tool_rename_given);
	check_rename(A, "{'\\u0024a':1}", "{'_a':1}", tool_rename_told);
}

/* A name may stand for what has to be escaped. */
TEST(escapes)
{
	CLEANUP(names_finish) struct tool_names *names = NULL;
	CLEANUP_JSON cJSON *schema = cJSON_Parse("{\"properties\":{\"a\\n\\\"\":{}}}");
	CLEANUP_FREE char *made = NULL;
	struct err err = {0};

	assert_int_equal(tool_names_create(&names, schema, "here", &err), 0);
	made = tool_rename_given(names, "{\"a__\":\"x\"}");
	assert_string_equal(made, "{\"a\\n\\\"\":\"x\"}");
}

/* What is too much to look at piece by piece is renamed wherever it stands, and in time. */
TEST(much)
{
	CLEANUP(names_finish) struct tool_names *names = NULL;
	CLEANUP_JSON cJSON *schema = cJSON_CreateObject();
	CLEANUP_BUF struct buf text = BUF_INIT(1 << 22);
	CLEANUP_FREE char *made = NULL;
	cJSON *properties = cJSON_AddObjectToObject(schema, "properties");
	struct err err = {0};

	cJSON_AddObjectToObject(properties, "$a");
	for (int i = 0; i < 20000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "p%d", i);
		cJSON_AddItemToObject(properties, name, cJSON_CreateObject());
	}
	assert_int_equal(tool_names_create(&names, schema, "here", &err), 0);
	buf_puts(&text, "{");
	for (int i = 0; i < 20000; i++)
		buf_printf(&text, "\"x%d\":{\"$a\":{}},", i);
	buf_puts(&text, "\"$a\":{}}");
	made = tool_rename_told(names, text.data);
	assert_int_equal(strlen(made), text.len);
	assert_non_null(strstr(made, "\"x0\":{\"$a\":{}}"));
	assert_non_null(strstr(made, "\"x19999\":{\"_a\":{}},\"_a\":{}}"));
}
