/* Calls and results of a history, in every form that clients send. */
#include "wire/tool_parse.h"

#include <string.h>

#include "base/utf8.h"
#include "support/ask.h"
#include "support/check.h"

#define R UTF8_REPLACEMENT

/* The arguments as a string of the body's, unless they are NULL. */
static int parse_call(
	struct request *req, const struct tool_call *row, const char *arguments, struct err *err)
{
	CLEANUP_JSON cJSON *text = arguments != NULL ? cJSON_CreateString(arguments) : NULL;
	struct tool_call call = *row;

	call.arguments = text;
	return tool_parse_call(req, request_add_turn(req, ROLE_ASSISTANT), &call, "here[3]", err);
}

TEST(calls)
{
	static const struct {
		struct tool_call call;
		const char *arguments;
		const char *want; /* NULL: refused */
	} rows[] = {
		{{"call_1", NULL, "f", NULL, false}, "{\"x\":1}",
			"assistant [call call_1 f {\"x\":1}]\n"},
		/* a line break between tokens would break the line to the CLI in two */
		{{"call_1", NULL, "f", NULL, false}, " {} ", "assistant [call call_1 f {}]\n"},
		{{"call_1", NULL, "f", NULL, false}, "{\n  \"x\":\t[1,\r\n2.50]\n}\n",
			"assistant [call call_1 f {\"x\":[1,2.50]}]\n"},
		{{"call_1", NULL, "f", NULL, false}, NULL, "assistant [call call_1 f {}]\n"},
		{{"call_1", NULL, "f", NULL, false}, "", "assistant [call call_1 f {}]\n"},
		/* JSON in JSON has the escapes that stand for no character as well */
		{{"call_1", NULL, "f", NULL, false}, "{\"\\u0000\":\"a\\ud83d\", \"n\":\"\\n\"}",
			"assistant [call call_1 f {\"" R "\":\"a" R "\",\"n\":\"\\n\"}]\n"},
		/* what is no object is kept as it is */
		{{"call_1", NULL, "f", NULL, false}, "5",
			"assistant [call call_1 f {\"arguments\":\"5\"}]\n"},
		{{"call_1", NULL, "f", NULL, false}, "[1]",
			"assistant [call call_1 f {\"arguments\":\"[1]\"}]\n"},
		{{"call_1", NULL, "f", NULL, false},
			"{\"x\":", "assistant [call call_1 f {\"arguments\":\"{\\\"x\\\":\"}]\n"},
		{{"call_1", NULL, "f", NULL, false}, "{} {}",
			"assistant [call call_1 f {\"arguments\":\"{} {}\"}]\n"},
		/* names: of a tool, in a namespace, of none that is offered */
		{{"toolu_01-A", NULL, "a.b", NULL, false}, "{}",
			"assistant [call toolu_01-A a_b {}]\n"},
		{{"1", "n", "a.b", NULL, false}, "{}", "assistant [call 1 a_b_2 {}]\n"},
		{{"1", "gone", "x.y", NULL, false}, "{}", "assistant [call 1 x_y {}]\n"},
		{{NULL, NULL, "f", NULL, false}, "{}", NULL},
		{{"", NULL, "f", NULL, false}, "{}", NULL},
		{{"_-_", NULL, "f", NULL, false}, "{}", "assistant [call _-_ f {}]\n"},
		{{"call_1", NULL, NULL, NULL, false}, "{}", NULL},
		{{"call_1", NULL, "", NULL, false}, "{}", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err = {0};
		int result;

		request_init(&req);
		tools_add(&req.tools, NULL, "a.b");
		tools_add(&req.tools, "n", "a.b");
		result = parse_call(&req, &rows[i].call, rows[i].arguments, &err);
		if (rows[i].want == NULL) {
			check(result == -1, "row %zu is taken", i);
			check_err("call", &err, ERR_INVALID, "here[3]");
			continue;
		}
		check(result == 0, "row %zu: %s", i, err.message);
		check_conversation("call", &req, rows[i].want);
	}
}

/* A history has the client's names of properties, the model others. */
TEST(names_in_calls)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_JSON cJSON *body = json_of(
		"{'tools':[{'type':'namespace','name':'n','tools':[{'type':'function','name':'f',"
		"'parameters':{'type':'object','properties':{'$x':true}}}]},"
		"{'type':'function','name':'f'}]}");
	struct tool_call call = {.id = "1", .name = "f"};
	struct err err;

	request_init(&req);
	assert_int_equal(tool_parse_list(&req, body, "", &err), 0);
	assert_int_equal(parse_call(&req, &call, "{\"$x\":1}", &err), 0);
	call.space = "n";
	assert_int_equal(parse_call(&req, &call, "{\"$x\":1}", &err), 0);
	check_conversation("names", &req,
		"assistant [call 1 f_2 {\"$x\":1}]\nassistant [call 1 f {\"_x\":1}]\n");
}

/* Arguments that are no string of JSON. */
TEST(arguments_as_values)
{
	static const struct {
		const char *value;
		bool custom;
		const char *want;
	} rows[] = {
		{"{'city':'Oslo','n':[1,{'a':null}]}", false,
			"{\"city\":\"Oslo\",\"n\":[1,{\"a\":null}]}"},
		{"{}", false, "{}"},
		{"{'a':'b\\nc'}", false, "{\"a\":\"b\\nc\"}"},
		{"null", false, "{}"},
		{"[1]", false, "{\"arguments\":\"[1]\"}"},
		{"5", false, "{\"arguments\":\"5\"}"},
		{"false", false, "{\"arguments\":\"false\"}"},
		{"'a'", true, "{\"input\":\"a\"}"},
		{"'{}'", true, "{\"input\":\"{}\"}"},
		{"''", true, "{\"input\":\"\"}"},
		{"null", true, "{\"input\":\"\"}"},
		{"{'a':1}", true, "{\"input\":\"{\\\"a\\\":1}\"}"},
		{"['a']", true, "{\"input\":\"[\\\"a\\\"]\"}"},
		{"5", true, "{\"input\":\"5\"}"},
		{"true", true, "{\"input\":\"true\"}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *value = json_of(rows[i].value);
		const struct tool_call call = {
			.id = "1", .name = "f", .arguments = value, .custom = rows[i].custom};
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		assert_int_equal(tool_parse_call(&req, request_add_turn(&req, ROLE_ASSISTANT),
					 &call, "here", &err),
			0);
		check(strcmp(req.turns[0].parts[0].text, rows[i].want) == 0, "%s: %s",
			rows[i].value, req.turns[0].parts[0].text);
	}
}

TEST(results)
{
	static const char *const bad[] = {NULL, ""};
	CLEANUP(request_finish) struct request req;
	struct turn *t;
	struct err err = {0};

	request_init(&req);
	t = request_add_turn(&req, ROLE_USER);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		check(tool_parse_result(t, bad[i], "here", &err) == NULL, "row %zu is taken", i);
		check_err("result", &err, ERR_INVALID, "here");
	}
	assert_int_equal(t->n_parts, 0);
	assert_non_null(tool_parse_result(t, "call_1", "here", &err));
	check_conversation("result", &req, "user [result call_1: ]\n");
}
