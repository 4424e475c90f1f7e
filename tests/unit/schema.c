/* What becomes of the schema of an answer. Whether the CLI takes it, tests/fuzz/schema.test.mjs
 * asks. */
#include "schema/schema.h"

#include <string.h>

#include "base/utf8.h"
#include "support/check.h"

static cJSON *reduce(const char *quoted, struct ignored *ignored)
{
	cJSON *schema = json_of(quoted);
	struct err err = {0};

	check(schema_reduce(schema, "s", ignored, &err) == 0, "%s: %s", quoted, err.message);
	return schema;
}

struct row {
	const char *schema, *becomes;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		CLEANUP(ignored_finish) struct ignored ignored = {0};
		CLEANUP_JSON cJSON *schema = reduce(rows[i].schema, &ignored);
		CLEANUP_JSON cJSON *becomes = json_of(rows[i].becomes);

		check_json(rows[i].schema, schema, becomes);
		check(ignored.n == 0, "%s: %s", rows[i].schema, ignored_first(&ignored));
	}
}

#define A(schema)    "{'type':'object','properties':{'a':" schema "}}"
#define X            ",'$defs':{'x':{'type':'string'}}"
#define A_AND_X(a)   "{'type':'object','properties':{'a':" a "}" X "}"
#define ANSWER(defs) "{'type':'object','$ref':'#/$defs/answer','$defs':{'answer':" defs "}}"

TEST(kept)
{
	static const char *const kept[] = {
		A("{'type':'string','description':'d','title':'t','default':5,'examples':[5]}"),
		A("{'type':'string','format':'no-such','$comment':'c','readOnly':true}"),
		A("{'enum':[{'example':1,'nullable':true,'$ref':'x'},null,[{'x-y':1}]]}"),
		A("{'const':{'prefixItems':[],'$schema':5}}"),
		A("{'type':'array','items':{'type':['string','null']},'contains':{'minimum':1}}"),
		A("{'if':{'type':'null'},'then':{'minLength':1},'dependencies':{'x':['y']}}"),
		"{'type':'object','properties':{'example':{},'x-y':true,'enum':{},'nullable':false}"
		","
		"'required':['example'],'additionalProperties':false}",
		A_AND_X("{'$ref':'#/$defs/x','description':'d'}"),
		A("{'anyOf':[{'$ref':'#'},{'type':'null'}]}"),
	};

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		check_rows(&(struct row){kept[i], kept[i]}, 1);
}

/* Not even the order of what needs no change is another one: the prompt stays in the cache. */
TEST(order)
{
	static const char text[] = "{\"title\":\"t\",\"type\":\"object\",\"required\":[\"b\"],"
				   "\"properties\":{\"b\":{\"minimum\":1,\"type\":\"number\"}}}";
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	CLEANUP_JSON cJSON *schema = reduce(text, &ignored);
	CLEANUP_FREE char *after = cJSON_PrintUnformatted(schema);

	assert_string_equal(after, text);
}

TEST(changed)
{
	static const struct row rows[] = {
		{"{'$schema':'http://json-schema.org/draft-04/schema#','id':'x','x-y':1}",
			"{'type':'object'}"},
		{A("{'type':'STRING','nullable':true,'enum':['x','x'],'example':'x'}"),
			A("{'type':['string','null'],'enum':['x',null]}")},
		{A_AND_X("{'$ref':'#/$defs/x','nullable':true,'description':'d'}"),
			A_AND_X("{'description':'d','anyOf':[{'$ref':'#/$defs/"
				"x'},{'type':'null'}]}")},
		{A("{'anyOf':[{'type':'string'}],'nullable':true}"),
			A("{'anyOf':[{'type':'string'},{'type':'null'}]}")},
		{A("{'type':'string','required':true}"),
			"{'type':'object','properties':{'a':{'type':'string'}},'required':['a']}"},
		{A("{'dependentRequired':{'b':['c']}}"), A("{'dependencies':{'b':['c']}}")},
		{A("{'dependencies':{'b':['c']},'dependentRequired':{'b':['d']}}"),
			A("{'dependencies':{'b':{'allOf':[{'required':['d']},"
			  "{'required':['c']}]}}}")},
		{A("{'if':true,'additionalItems':false,'$id':'x','$anchor':'y'}"), A("{}")},
		{"{'properties':{'a':{'$ref':'#/parts/y'}},'parts':{'y':{'type':'null'}}}",
			"{'type':'object','properties':{'a':{'$ref':'#/$defs/y'}},"
			"'$defs':{'y':{'type':'null'}}}"},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

/* A tuple stands where the CLI's draft and the API's both have no say. */
TEST(tuples)
{
	static const struct row rows[] = {
		{A("{'prefixItems':[{'type':'null'},true],'items':false,'minItems':1}"),
			"{'type':'object','properties':{'a':{'minItems':1,"
			"'$ref':'#/$defs/tuples/examples/0'}},'$defs':{'tuples':{'examples':["
			"{'items':[{'type':'null'},true],'additionalItems':false}]}}}"},
		{"{'type':'object','properties':{'a':{'items':[{'$ref':'#/$defs/tuples'}]}},"
		 "'$defs':{'tuples':{}}}",
			"{'type':'object','properties':{'a':{'$ref':'#/$defs/tuples_1/examples/"
			"0'}},"
			"'$defs':{'tuples':{},'tuples_1':{'examples':["
			"{'items':[{'$ref':'#/$defs/tuples'}]}]}}}"},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

/* What the API does not take at the root of a tool's schema stands in a definition. */
TEST(root)
{
	static const struct row rows[] = {
		{"{'anyOf':[{'type':'object'}]}", ANSWER("{'anyOf':[{'type':'object'}]}")},
		{"{'type':'object','title':'t','properties':{'a b':{}},'required':['a b']}",
			"{'type':'object','title':'t','$ref':'#/$defs/answer','$defs':{'answer':"
			"{'type':'object','properties':{'a b':{}},'required':['a b']}}}"},
		{"{'properties':{'a':{'$ref':'#'}}}",
			ANSWER("{'properties':{'a':{'$ref':'#/$defs/answer'}}}")},
	};

	check_rows(rows, ARRAY_LEN(rows));
}

/* A key as long as it likes: names and messages are not. */
TEST(long_names)
{
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	CLEANUP_BUF struct buf text = BUF_INIT(100000);
	CLEANUP_JSON cJSON *schema = NULL;
	struct err err = {0};

	buf_puts(&text, "{'properties':{'");
	for (int i = 0; i < 10000; i++)
		buf_puts(&text, "\xc3\xa9");
	buf_puts(&text, "':{'pattern':'a++','type':'x'}}}");
	schema = json_of(buf_str(&text));
	assert_int_equal(schema_reduce(schema, "s", &ignored, &err), -1);
	assert_int_equal(strncmp(err.param, "s.properties.\xc3\xa9", 15), 0);
	assert_string_equal(err.param + strlen(err.param) - 5, ".type");
	check(utf8_valid(err.param, strlen(err.param)), "%s", err.param);
	assert_int_equal(ignored.n, 1);
	assert_string_equal(ignored.names[0] + strlen(ignored.names[0]) - 8, ".pattern");
}

/* Every reference is looked for, but not for ever. */
TEST(many_references)
{
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 22);
	CLEANUP_JSON cJSON *schema = NULL;
	struct err err = {0};

	buf_puts(&text, "{'anyOf':[{}");
	for (int i = 0; i < 1000; i++)
		buf_puts(&text, ",{'not':{'$ref':'#z'}}");
	buf_puts(&text, "],'$defs':{'z':{'$anchor':'z'}");
	for (int i = 0; i < 8000; i++)
		buf_printf(&text, ",'%d':{'$anchor':'a%d'}", i, i);
	buf_puts(&text, "}}");
	schema = json_of(buf_str(&text));
	assert_int_equal(schema_reduce(schema, "s", &ignored, &err), -1);
	check_err("many", &err, ERR_INVALID, "s.anyOf[375].not.$ref");
}

/* Of as many patterns as there may be, each is one choice more, and no level deeper. */
TEST(many_patterns)
{
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 22);
	CLEANUP_JSON cJSON *schema = NULL;
	struct err err = {0};
	const cJSON *rest;

	buf_puts(&text, "{'additionalProperties':false,'patternProperties':{'^a':{}");
	for (int i = 0; i < 30000; i++)
		buf_printf(&text, ",'a++%d':{}", i);
	buf_puts(&text, "}}");
	schema = json_of(buf_str(&text));
	assert_int_equal(schema_reduce(schema, "s", &ignored, &err), 0);
	rest = json_get(schema, "additionalProperties");
	assert_int_equal(cJSON_GetArraySize(json_get(rest, "anyOf")), 30001);
	assert_int_equal(cJSON_GetArraySize(json_get(schema, "patternProperties")), 1);
}
