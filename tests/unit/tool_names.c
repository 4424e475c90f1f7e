/* Names of properties that the API does not take. */
#include "turn/tool_names.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"

#define LONG_64 "x123456789abcdefx123456789abcdefx123456789abcdefx123456789abcdef"

static void names_finish(struct tool_names **names)
{
	tool_names_destroy(*names);
}

static const struct {
	const char *given, *told;
} schemas[] = {
	/* characters, length, nothing, what JavaScript loses */
	{"{'properties':{'$filter':{},'filter[id]':true,'@type':{'title':'T'},'a b':{}}}",
		"{'properties':{'_filter':{'title':'$filter'},'filter_id_':true,"
		"'_type':{'title':'T'},'a_b':{'title':'a b'}}}"},
	{"{'properties':{'gr\xc3\xb6\xc3\x9f"
	 "e':true,'':true,'__proto__':true,'" LONG_64 "y':true}}",
		"{'properties':{'gr__e':true,'_':true,'__proto___2':true,'" LONG_64 "':true}}"},
	/* names that are there already, and that are made twice */
	{"{'properties':{'$a':true,'_a':true,'_a_2':true,'@a':true}}",
		"{'properties':{'_a_3':true,'_a':true,'_a_2':true,'_a_4':true}}"},
	{"{'properties':{'" LONG_64 "y':true,'" LONG_64 "z':true}}",
		"{'properties':{'" LONG_64 "':true,'x123456789abcdefx123456789abcdef"
		"x123456789abcdefx1234_2':true}}"},
	{"{'properties':{'$a':true,'b':{'properties':{'_a':{}}}}}",
		"{'properties':{'_a_2':true,'b':{'properties':{'_a':{}}}}}"},
	/* at any depth, the same name for the same */
	{"{'properties':{'$a':{'properties':{'$a':true}},'b':{'items':{'properties':{'$b':true}}}},"
	 "'anyOf':[{'properties':{'$c':true}}],'additionalProperties':{'properties':{'$d':true}},"
	 "'$defs':{'$x':{'properties':{'$e':true}}},'patternProperties':{'^$':{}}}",
		"{'properties':{'_a':{'title':'$a','properties':{'_a':true}},"
		"'b':{'items':{'properties':{'_b':true}}}},'anyOf':[{'properties':{'_c':true}}],"
		"'additionalProperties':{'properties':{'_d':true}},"
		"'$defs':{'$x':{'properties':{'_e':true}}},'patternProperties':{'^$':{}}}"},
	/* what names them */
	{"{'properties':{'$a':true},'required':['$a','b'],'dependentRequired':{'$a':['$a']},"
	 "'dependencies':{'$a':['$a'],'b':{'required':['$a']}},'dependentSchemas':{'$a':{}},"
	 "'allOf':[{'required':['$a']}]}",
		"{'properties':{'_a':true},'required':['_a','b'],'dependentRequired':{'_a':['_a']},"
		"'dependencies':{'_a':['_a'],'b':{'required':['_a']}},'dependentSchemas':{'_a':{}},"
		"'allOf':[{'required':['_a']}]}"},
	{"{'properties':{'a[b]':true,'c':{'$ref':'#/properties/a%5Bb%5D/items/0'},"
	 "'d':{'$ref':'#/$defs/a[b]/properties/properties/a[b]'},'e':{'$ref':'x#/properties/"
	 "a[b]'}}}",
		"{'properties':{'a_b_':true,'c':{'$ref':'#/properties/a_b_/items/0'},"
		"'d':{'$ref':'#/$defs/a[b]/properties/properties/a[b]'},"
		"'e':{'$ref':'x#/properties/a[b]'}}}"},
	/* data */
	{"{'properties':{'$a':true},'enum':[{'$a':1}],'default':{'$a':1},'const':{'$a':1}}",
		"{'properties':{'_a':true},'enum':[{'$a':1}],'default':{'$a':1},'const':{'$a':1}}"},
};

TEST(told)
{
	for (size_t i = 0; i < ARRAY_LEN(schemas); i++) {
		CLEANUP(names_finish) struct tool_names *names = NULL;
		CLEANUP_JSON cJSON *schema = json_of(schemas[i].given);
		CLEANUP_JSON cJSON *want = json_of(schemas[i].told);
		struct err err = {0};

		assert_int_equal(tool_names_create(&names, schema, "here", &err), 0);
		check_json(schemas[i].given, schema, want);
		check_json(schemas[i].given, names->schema, want);
	}
}

/* Nothing stands for another name, and nothing is changed. */
TEST(taken)
{
	const char *given = "{'properties':{'a':{},'" LONG_64 "':{},'A-z_0.9':{'properties':"
			    "{'b':{}}}},'$defs':{'$x':{}},'required':['$y'],'x':{'$z':1}}";
	CLEANUP(names_finish) struct tool_names *names = NULL;
	CLEANUP_JSON cJSON *schema = json_of(given), *want = json_of(given);
	struct err err = {0};

	assert_int_equal(tool_names_create(&names, schema, "here", &err), 0);
	assert_null(names);
	check_json("taken", schema, want);
}

TEST(find)
{
	CLEANUP(names_finish) struct tool_names *names = NULL;
	CLEANUP_JSON cJSON *schema = json_of("{'properties':{'$a':true,'b':true}}");
	struct err err = {0};

	assert_int_equal(tool_names_create(&names, schema, "here", &err), 0);
	assert_string_equal(tool_names_of_given(names, "$a")->told, "_a");
	assert_string_equal(tool_names_of_told(names, "_a")->given, "$a");
	assert_null(tool_names_of_given(names, "_a"));
	assert_null(tool_names_of_given(names, "b"));
	assert_null(tool_names_of_told(names, "$a"));
}

/* As many as the maximum, and no more. */
TEST(many)
{
	for (int n = TOOL_NAMES_MAX; n <= TOOL_NAMES_MAX + 1; n++) {
		CLEANUP(names_finish) struct tool_names *names = NULL;
		CLEANUP_JSON cJSON *schema = cJSON_CreateObject();
		cJSON *properties = cJSON_AddObjectToObject(schema, "properties");
		struct err err = {0};

		for (int i = 0; i < n; i++) {
			char name[16];

			snprintf(name, sizeof(name), "$%d", i);
			cJSON_AddTrueToObject(properties, name);
		}
		check((tool_names_create(&names, schema, "here", &err) == 0) ==
				(n == TOOL_NAMES_MAX),
			"%d: %s", n, err.message);
		if (n > TOOL_NAMES_MAX)
			check_err("many", &err, ERR_INVALID, "here");
	}
}
