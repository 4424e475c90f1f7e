/* What clients rewrite on the way: the conversation is recognised all the same. */
#include "turn/fingerprint.h"

#include <string.h>

#include "support/check.h"
#include "support/client.h"
#include "support/recall.h"

#define TEXT(text) "{'type':'text','text':'" text "'}"

#define SAYS(words)                                                                                \
	{                                                                                          \
		.kind = BLOCK_TEXT, .text = words                                                  \
	}
#define THINKS(words)                                                                              \
	{                                                                                          \
		.kind = BLOCK_THINKING, .text = words, .signature = "c2ln"                         \
	}
#define CALLS(n, i, json)                                                                          \
	{                                                                                          \
		.kind = BLOCK_CALL, .text = json, .tool = n, .id = i                               \
	}

static void check_goes_on(const char *name, const struct wire *wire, const cJSON *body,
	const struct said *said, const cJSON *next)
{
	check(recall_goes_on(wire, body, said, next), "%s, %s: not recognised", wire->name, name);
}

/* What every format can say, as they write it. */
static const struct {
	const char *name;
	struct said said[8];
} answers[] = {
	{"a text", {SAYS("Hello, you.")}},
	{"white space around it", {SAYS("\n\n  Hello,\n\n you.\t\r\n")}},
	{"two texts", {SAYS("Hello,"), SAYS(" you.")}},
	{"every character", {SAYS("\xc3\xa9 \xf0\x9f\x98\x80 \\ \x01\x7f \xe2\x80\xa8 \"")}},
	{"thinking", {THINKS("hm"), SAYS("Hello")}},
	{"empty lines before thinking", {SAYS("\n\n"), THINKS("hm"), SAYS("Hello")}},
	{"a call", {CALLS("f.x", "toolu_01A", "{'a':'b'}")}},
	{"without arguments", {CALLS("g", "toolu_01A", "{}")}},
	{"two calls", {CALLS("f.x", "toolu_01A", "{'a':1}"), CALLS("g", "toolu_01B", "{}")}},
	{"the same twice", {CALLS("g", "toolu_01A", "{}"), CALLS("g", "toolu_01B", "{}")}},
	{"a text and a call", {SAYS("Let me see. "), CALLS("g", "toolu_01A", "{ }")}},
	{"a text behind a call", {SAYS("a"), CALLS("g", "toolu_01A", "{}"), SAYS("b")}},
	{"all of it",
		{THINKS("hm"), SAYS("a"), THINKS("so"), SAYS("b"), CALLS("g", "toolu_01A", "{}"),
			CALLS("f.x", "toolu_01B", "{'a':{'b':[1.0,2e3,-0.5,null]}}")}},
	{"arguments that are not JSON's own form",
		{CALLS("f.x", "toolu_01A", "{ 'a' : 1.50 ,\n 'b':\t'\\u00e9\\/' }")}},
	{"names of properties that are told as others",
		{CALLS("f.x", "toolu_01A", "{'$b':{'c d':1,'e':{'$b':2}}}")}},
	{"escapes that stand for no character",
		{CALLS("f.x", "toolu_01A", "{'\\u0000':'\\ud83d \\u0000'}")}},
	{"such escapes beside a number that is not read",
		{CALLS("f.x", "toolu_01A", "{'b' : '\\u0000', 'n':12345678901234567}")}},
	{"an id that is longer than what is given out",
		{CALLS("g", "toolu_0123456789-0123456789_0123456789-0123456789-0123456789-x",
			"{}")}},
};

/* The first request of a conversation. */
static cJSON *first_of(const struct wire *wire)
{
	CLEANUP_BUF struct buf text = BUF_INIT(10000);

	buf_printf(&text, "%s]}", client_of(wire)->conversation);
	return json_of(text.data);
}

static void check_answers(const struct wire *wire)
{
	CLEANUP_JSON cJSON *body = first_of(wire);

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		CLEANUP_JSON cJSON *next = recall_next(wire, body, answers[i].said, "and then?");

		check_goes_on(answers[i].name, wire, body, answers[i].said, next);
	}
}

TEST(as_written)
{
	for (size_t i = 0; i < wires_n; i++)
		check_answers(wires[i]);
}

/* Request by request, until the history has everything in it. */
static void check_rounds(const struct wire *wire)
{
	cJSON *body = first_of(wire);

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		cJSON *next = recall_next(wire, body, answers[i].said, "and then?");

		check_goes_on(answers[i].name, wire, body, answers[i].said, next);
		cJSON_Delete(body);
		body = next;
	}
	cJSON_Delete(body);
}

TEST(rounds)
{
	for (size_t i = 0; i < wires_n; i++)
		check_rounds(wires[i]);
}

TEST(custom_tools)
{
	static const struct said said[] = {
		CALLS("x", "toolu_01A", "{'input':'a \\'b\\'\\n'}"), {.text = NULL}};
	CLEANUP_JSON cJSON *body = first_of(&wire_responses);
	CLEANUP_JSON cJSON *next = recall_next(&wire_responses, body, said, "done");

	check_goes_on("a custom tool", &wire_responses, body, said, next);
}

/* A search that finds nothing; one that finds tools makes another conversation. */
TEST(searches)
{
	static const struct said said[] = {
		CALLS("tool_search", "toolu_01A", "{'query':'a \\'b','limit':8}"), {.text = NULL}};
	CLEANUP_JSON cJSON *body =
		json_of("{'tools':[{'type':'tool_search','execution':'client'}],'input':["
			"{'role':'user','content':'hi'}]}");
	CLEANUP_JSON cJSON *next = recall_next(&wire_responses, body, said, "done");
	cJSON *output = cJSON_GetArrayItem(recall_turns(next), 2);

	check_goes_on("a search", &wire_responses, body, said, next);
	cJSON_ReplaceItemInObjectCaseSensitive(
		output, "tools", json_of("[{'type':'function','name':'found'}]"));
	check(!recall_goes_on(&wire_responses, body, said, next), "with a tool it had not");
	cJSON_ReplaceItemInObjectCaseSensitive(output, "tools", cJSON_CreateArray());
	check_goes_on("a search again", &wire_responses, body, said, next);
	cJSON_ReplaceItemInObjectCaseSensitive(
		next, "tools", json_of("[{'type':'function','name':'tool_search'}]"));
	check(!recall_goes_on(&wire_responses, body, said, next), "with another kind of tool");
}

#define SPACE(name)                                                                                \
	"{'type':'namespace','name':'" name "','tools':[{'type':'function','name':'f.x'}]}"

/* Some clients send a call back without its namespace; with another one it is another call. */
TEST(namespaces)
{
	static const struct said said[] = {CALLS("f.x", "toolu_01A", "{}"), {.text = NULL}};
	CLEANUP_JSON cJSON *body = json_of(
		"{'tools':[" SPACE("n") "," SPACE("m") "],'input':[{'role':'user','content':'hi'}"
						       "]}");
	CLEANUP_JSON cJSON *next = recall_next(&wire_responses, body, said, "done");
	cJSON *call = cJSON_GetArrayItem(recall_turns(next), 1);

	assert_string_equal(json_get_string(call, "namespace"), "n");
	check_goes_on("its namespace", &wire_responses, body, said, next);
	cJSON_ReplaceItemInObjectCaseSensitive(call, "namespace", cJSON_CreateString("m"));
	check(!recall_goes_on(&wire_responses, body, said, next), "another namespace");
	cJSON_DeleteItemFromObject(call, "namespace");
	check_goes_on("no namespace", &wire_responses, body, said, next);
}

static void drop_items(cJSON *turns, const char *type)
{
	for (int i = cJSON_GetArraySize(turns) - 1; i >= 0; i--) {
		const char *is = json_get_string(cJSON_GetArrayItem(turns, i), "type");

		if (is != NULL && strcmp(is, type) == 0)
			cJSON_DeleteItemFromArray(turns, i);
	}
}

/* Some clients keep thinking, some drop it, some do so only with the next turn of the user. */
TEST(thinking_dropped)
{
	static const struct said said[] = {
		THINKS("hm"), SAYS("a"), CALLS("g", "toolu_01A", "{}"), {.text = NULL}};
	CLEANUP_JSON cJSON *body = first_of(&wire_responses);
	CLEANUP_JSON cJSON *next = recall_next(&wire_responses, body, said, "done");
	CLEANUP_JSON cJSON *chat = first_of(&wire_chat);
	CLEANUP_JSON cJSON *after = recall_next(&wire_chat, chat, said, "done");
	cJSON *message = cJSON_GetArrayItem(recall_turns(after), 2);

	assert_int_equal(cJSON_GetArraySize(recall_turns(next)), 5);
	drop_items(recall_turns(next), "reasoning");
	assert_int_equal(cJSON_GetArraySize(recall_turns(next)), 4);
	check_goes_on("no reasoning item", &wire_responses, body, said, next);
	assert_string_equal(json_get_string(message, "reasoning_content"), "hm");
	cJSON_DeleteItemFromObject(message, "reasoning_content");
	check_goes_on("no reasoning_content", &wire_chat, chat, said, after);
}

struct row {
	const char *name, *turns; /* what the next request has behind the first one's */
};

static void check_rows(
	const struct wire *wire, const struct said *said, const struct row *rows, size_t n)
{
	CLEANUP_JSON cJSON *body = first_of(wire);

	for (size_t i = 0; i < n; i++) {
		CLEANUP_BUF struct buf text = BUF_INIT(10000);
		CLEANUP_JSON cJSON *next = NULL;

		buf_printf(&text, "%s,%s]}", client_of(wire)->conversation, rows[i].turns);
		next = json_of(text.data);
		check_goes_on(rows[i].name, wire, body, said, next);
	}
}

#define USER             "{'role':'user','content':'go on'}"
#define ASSISTANT(rest)  "{'role':'assistant'," rest "},"
#define ITEM(type, rest) "{'type':'" type "'," rest "},"

TEST(texts_in_chat)
{
	static const struct said said[] = {SAYS("Hello,"), SAYS(" you."), {.text = NULL}};
	static const struct row rows[] = {
		{"a string", ASSISTANT("'content':'Hello, you.'") USER},
		{"one part", ASSISTANT("'content':[" TEXT("Hello, you.") "]") USER},
		{"parts", ASSISTANT("'content':[" TEXT("Hello") "," TEXT(", you.") "]") USER},
		{"two messages",
			ASSISTANT("'content':'Hello,'") ASSISTANT("'content':' you.'") USER},
		{"white space around", ASSISTANT("'content':'\\n Hello, you.\\r\\n\\t'") USER},
		{"escapes", ASSISTANT("'content':'\\u0048ello\\u002c you.'") USER},
		{"all that an SDK has", ASSISTANT("'content':'Hello, you.','refusal':null,"
						  "'annotations':[],'audio':null,"
						  "'function_call':null,'tool_calls':null") USER},
		{"what others add",
			ASSISTANT("'content':[{'type':'text','text':'Hello, you.',"
				  "'cache_control':{'type':'ephemeral'}}],'name':'bot','id':'x',"
				  "'tool_calls':[],'reasoning_content':'hm'") USER},
		{"the other format's parts",
			ASSISTANT("'content':[{'type':'output_text','text':'Hello, you.',"
				  "'annotations':[],'logprobs':[]}]") USER},
		{"more turns of the user", ASSISTANT("'content':'Hello, you.'") USER "," USER},
		{"an empty message between",
			ASSISTANT("'content':'Hello, you.'") ASSISTANT("'content':''") USER},
	};

	check_rows(&wire_chat, said, rows, ARRAY_LEN(rows));
}

TEST(texts_in_responses)
{
	static const struct said said[] = {THINKS("hm"), SAYS("Hello, you."), {.text = NULL}};
	static const struct row rows[] = {
		{"easy message", ASSISTANT("'content':'Hello, you.'") USER},
		{"item", ITEM("message", "'role':'assistant','id':'msg_1','status':'completed',"
					 "'content':[{'type':'output_text','text':'Hello, you.',"
					 "'annotations':[]}]") USER},
		{"two parts", ITEM("message",
				      "'role':'assistant','content':[{'type':'output_text','text':"
				      "'Hello,'},{'type':'output_text','text':' you. '}]") USER},
		{"another server's reasoning",
			ITEM("reasoning", "'id':'rs_1','summary':[],'encrypted_content':'gAAA'")
				ASSISTANT("'content':'Hello, you.'") USER},
		{"a reference to reasoning", ITEM("item_reference", "'id':'rs_1'")
						     ASSISTANT("'content':'Hello, you.'") USER},
		{"reasoning behind the text", ASSISTANT("'content':'Hello, you.'") ITEM("reasoning",
						      "'id':'rs_1','summary':[]") USER},
	};

	check_rows(&wire_responses, said, rows, ARRAY_LEN(rows));
}

#define CALL(id, name, json)                                                                       \
	"{'id':'" id "','type':'function','function':{'name':'" name "','arguments':'" json "'}}"
#define RESULT(id, text) "{'role':'tool','tool_call_id':'" id "','content':'" text "'}"
#define JSON_TEXT        "{\\'a\\':\\'K\xc3\xb6/\\',\\'b\\':[1,0.5,true,null]}"
#define BOTH(json)                                                                                 \
	"'tool_calls':[" CALL("toolu01A", "f.x", json) "," CALL("toolu01B", "g", "{}") "]"
#define RESULTS RESULT("toolu01A", "one") "," RESULT("toolu01B", "two")
#define TWICE(a, b, between)                                                                       \
	ASSISTANT("'content':null,'tool_calls':[" CALL(a, "f.x", JSON_TEXT) "," CALL(              \
		b, "g", "{}") "]")                                                                 \
	RESULT(a, "one") between RESULT(b, "two")

TEST(calls_in_chat)
{
	static const struct said said[] = {
		CALLS("f.x", "toolu_01-A", "{'a':'K\xc3\xb6/','b':[1.0,5e-1,true,null]}"),
		CALLS("g", "toolu_01-B", "{}"), {.text = NULL}};
	static const struct row rows[] = {
		{"no content", ASSISTANT(BOTH(JSON_TEXT)) RESULTS},
		{"null", ASSISTANT("'content':null," BOTH(JSON_TEXT)) RESULTS},
		{"empty", ASSISTANT("'content':''," BOTH(JSON_TEXT)) RESULTS},
		{"no parts", ASSISTANT("'content':[]," BOTH(JSON_TEXT)) RESULTS},
		{"blank", ASSISTANT("'content':'\\n'," BOTH(JSON_TEXT)) RESULTS},
		{"the other order", ASSISTANT(BOTH(JSON_TEXT)) RESULT("toolu01B", "two") "," RESULT(
					    "toolu01A", "one")},
		{"another text of results", ASSISTANT(BOTH(JSON_TEXT)) RESULT(
						    "toolu01A", "x") "," RESULT("toolu01B", "y")},
		{"the model's own ids", TWICE("toolu_01-A", "toolu_01-B", ",")},
		{"other ids", TWICE("call_9", "chatcmpl-tool-77", ",")},
		{"nine characters", TWICE("AbCdEfGh1", "AbCdEfGh2", ",")},
		{"white space", ASSISTANT(BOTH("\\n{ \\'a\\' : \\'K\xc3\xb6/\\' ,\\t\\'b\\':\\n"
					       "[ 1, 0.5, true , null ] } ")) RESULTS},
		{"escapes", ASSISTANT(BOTH("{\\'\\\\u0061\\':\\'K\\\\u00f6\\\\/\\',\\'b\\':[1,"
					   "0.5,true,null]}")) RESULTS},
		{"numbers", ASSISTANT(BOTH("{\\'a\\':\\'K\xc3\xb6/\\',\\'b\\':[1e0,0.50,true,"
					   "null]}")) RESULTS},
		{"thinking", ASSISTANT("'reasoning_content':'hm','refusal':null," BOTH(JSON_TEXT))
				     RESULTS},
		{"a message each", ASSISTANT("'tool_calls':[" CALL("c1", "f.x", JSON_TEXT) "]")
					   ASSISTANT("'tool_calls':[" CALL("c2", "g", "") "]")
						   RESULT("c1", "one") "," RESULT("c2", "two")},
		{"one with its result, then the other",
			ASSISTANT("'tool_calls':[" CALL("c1", "f.x", JSON_TEXT) "," CALL(
				"c2", "g", "{}") "]") RESULT("c2", "two") "," RESULT("c1", "one")},
	};

	check_rows(&wire_chat, said, rows, ARRAY_LEN(rows));
}

TEST(calls_in_responses)
{
	static const struct said said[] = {SAYS("Let me see."),
		CALLS("f.x", "toolu_01A", "{'a':1.0}"), CALLS("g", "toolu_01B", "{}"),
		{.text = NULL}};
	static const struct row rows[] = {
		{"other ids, no status",
			ASSISTANT("'content':'Let me see.'") ITEM("function_call",
				"'call_id':'c1','name':'f.x','arguments':'{\\'a\\'"
				": 1}'") ITEM("function_call",
				"'call_id':'c2','name':'g','arguments':'{}'")
				ITEM("function_call_output",
					"'call_id':'c1','output':'1'") "{'type':'function_call_"
								       "output','call_id':'c2',"
								       "'output':[{'type':'input_"
								       "text','text':'2'}]}"},
		{"the other order of results, reasoning between",
			ASSISTANT("'content':'Let me see.'") ITEM("function_call",
				"'call_id':'c1','name':'f.x','arguments':'{\\'a\\'"
				":1}'") ITEM("reasoning",
				"'id':'rs_1','summary':[]") ITEM("function_call",
				"'call_id':'c2','name':'g','arguments':''") ITEM("function_call_"
										 "output",
				"'call_id':'c2','output':'2'") "{'type':'function_call_output',"
							       "'call_id':'c1','output':'1'}"},
		{"the text behind the calls",
			ITEM("function_call",
				"'call_id':'c1','name':'f.x','arguments':'{\\'a\\':1}'")
				ITEM("function_call", "'call_id':'c2','name':'g','arguments':'{}'")
					ASSISTANT("'content':'Let me see.'") ITEM(
						"function_call_output",
						"'call_id':'c1','output':'1'") "{'type':'function_"
									       "call_output',"
									       "'call_id':'c2','"
									       "output':'2'}"},
	};

	check_rows(&wire_responses, said, rows, ARRAY_LEN(rows));
}

/* A turn brings its own settings. */
TEST(settings)
{
	static const struct said text[] = {SAYS("Hello"), {.text = NULL}};
	static const struct said calls[] = {CALLS("g", "toolu_01A", "{}"), {.text = NULL}};
	static const struct {
		const char *members;
		bool with_calls; /* also between calls and their results */
	} rows[] = {
		{"{'temperature':0.5,'reasoning_effort':'none'}", false},
		{"{'max_tokens':77}", false},
		{"{'max_completion_tokens':77}", false},
		{"{'reasoning_effort':'high'}", false},
		{"{'top_p':0.5}", true},
		{"{'temperature':0.5}", true},
		{"{'stop':'END'}", true},
		{"{'stop':['END','X']}", true},
		{"{'tool_choice':'required'}", true},
		{"{'tool_choice':'none'}", true},
		{"{'parallel_tool_calls':false}", true},
		{"{'stream':true,'stream_options':{'include_usage':true}}", true},
		{"{'user':'me','seed':5,'metadata':{'a':'b'},'service_tier':'auto'}", true},
	};
	CLEANUP_JSON cJSON *body = first_of(&wire_chat);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t k = 0; k < 1U + rows[i].with_calls; k++) {
			const struct said *said = k > 0 ? calls : text;
			CLEANUP_JSON cJSON *next = recall_next(&wire_chat, body, said, "go on");
			CLEANUP_JSON cJSON *members = json_of(rows[i].members);
			cJSON *member;

			while ((member = members->child) != NULL)
				cJSON_AddItemToObject(next, member->string,
					cJSON_DetachItemViaPointer(members, member));
			check_goes_on(rows[i].members, &wire_chat, body, said, next);
		}
}
