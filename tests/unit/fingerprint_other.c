/* Another conversation than the one that was answered is not taken for it. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/recall.h"

#define TEXT(text)      "{'type':'text','text':'" text "'}"
#define IMAGE(data)     "{'type':'image_url','image_url':{'url':'" data "'}}"
#define PNG             "data:image/png;base64,iVBORw0KGgo="
#define PNG_2           "data:image/png;base64,iVBORw0KGgpY"
#define FILE_NAMED(n)   "{'type':'file','file':{'file_data':'JVBERi0xLjQ=','filename':'" n "'}}"
#define SYSTEM(text)    "{'role':'system','content':'" text "'},"
#define USER(text)      "{'role':'user','content':'" text "'},"
#define PARTS(parts)    "{'role':'user','content':[" parts "]},"
#define ASSISTANT(text) "{'role':'assistant','content':'" text "'},"
#define CALLS(calls)    "{'role':'assistant','tool_calls':[" calls "]},"
#define CALL(id, name, json)                                                                       \
	"{'id':'" id "','type':'function','function':{'name':'" name "','arguments':'" json "'}}"
#define RESULT(id, text) "{'role':'tool','tool_call_id':'" id "','content':'" text "'},"

#define OBJECT(member) "{'type':'object','properties':{'" member "':{'type':'string'}}}"
#define TOOL(name, description, schema)                                                            \
	"{'type':'function','function':{'name':'" name "','description':'" description             \
	"','parameters':" schema "}}"
#define PLAIN(name) "{'type':'function','function':{'name':'" name "'}}"
#define TOOL_F      TOOL("f", "d", OBJECT("a"))
#define TOOL_G      PLAIN("g.x")
#define TOOLS(list) "'tools':[" list "]"

/* Each member is the base's where a row has none. */
struct row {
	const char *name;
	const char *members; /* of the body, beside its messages */
	const char *asked;   /* the messages that the answered request had */
	const char *answer;  /* as the client sends it back */
	const char *last;    /* what it adds */
};

static cJSON *body_of(const struct row *base, const struct row *row, bool whole)
{
	CLEANUP_BUF struct buf text = BUF_INIT(10000);
	cJSON *messages, *body;

	buf_printf(&text, "{%s,'messages':[%s%s%s{}]}",
		row->members != NULL ? row->members : base->members,
		row->asked != NULL ? row->asked : base->asked,
		!whole                ? ""
		: row->answer != NULL ? row->answer
				      : base->answer,
		!whole              ? ""
		: row->last != NULL ? row->last
				    : base->last);
	body = json_of(buf_str(&text));
	messages = recall_turns(body); /* each message has a comma behind it */
	cJSON_DeleteItemFromArray(messages, cJSON_GetArraySize(messages) - 1);
	return body;
}

/* The row with nothing of its own goes on with the conversation, the others are told apart. */
static void check_rows(
	const struct row *base, const struct said *said, const struct row *rows, size_t n)
{
	CLEANUP_JSON cJSON *first = body_of(base, base, false);
	CLEANUP_JSON cJSON *next = body_of(base, base, true);
	struct fingerprint answered = recall_answered(&wire_chat, first, said);

	check(recall_goes_on(&wire_chat, first, said, next), "%s", base->name);
	for (size_t i = 0; i < n; i++) {
		CLEANUP_JSON cJSON *other = body_of(base, &rows[i], true);
		struct fingerprint seen;

		check(recall_seen(&seen, &wire_chat, other), "%s: by nothing", rows[i].name);
		check(memcmp(seen.bytes, answered.bytes, sizeof(seen.bytes)) != 0,
			"%s: taken for the same", rows[i].name);
	}
}

#define BEFORE SYSTEM("Be brief.") PARTS(TEXT("ab") "," TEXT("c") "," IMAGE(PNG))

static const struct row base = {
	.name = "base",
	.members = "'model':'m'," TOOLS(TOOL_F "," TOOL_G),
	.asked = BEFORE ASSISTANT("b 1") USER("q 2"),
	.answer = ASSISTANT("Hello, you."),
	.last = USER("go on"),
};
static const struct said says_hello[] = {
	{.kind = BLOCK_TEXT, .text = "Hello, you."}, {.text = NULL}};

TEST(text)
{
	static const struct row rows[] = {
		{.name = "edited answer", .answer = ASSISTANT("Hello, you!")},
		{.name = "more of it", .answer = ASSISTANT("Hello, you. And you.")},
		{.name = "less of it", .answer = ASSISTANT("Hello, you")},
		{.name = "its case", .answer = ASSISTANT("hello, you.")},
		{.name = "inner white space", .answer = ASSISTANT("Hello,  you.")},
		{.name = "an inner line break", .answer = ASSISTANT("Hello,\\nyou.")},
		{.name = "no answer", .answer = ""},
		{.name = "an empty answer", .answer = ASSISTANT("")},
		{.name = "the answer twice",
			.answer = ASSISTANT("Hello, you.") ASSISTANT("Hello,"
								     " you.")},
		{.name = "a call beside it",
			.answer = "{'role':'assistant','content':'Hello, you.','tool_calls':[" CALL(
				"c1", "g", "{}") "]},",
			.last = RESULT("c1", "x")},
		{.name = "as a call's arguments",
			.answer = CALLS(CALL("c1", "g", "{\\'a\\':\\'Hello, you.\\'}")),
			.last = RESULT("c1", "x")},
	};

	check_rows(&base, says_hello, rows, ARRAY_LEN(rows));
}

TEST(turns_of_the_user)
{
	static const struct row rows[] = {
		{.name = "edited", .asked = BEFORE ASSISTANT("b 1") USER("q 3")},
		{.name = "white space behind", .asked = BEFORE ASSISTANT("b 1") USER("q 2 ")},
		{.name = "white space before", .asked = BEFORE ASSISTANT("b 1") USER("\\nq 2")},
		{.name = "one more", .asked = BEFORE ASSISTANT("b 1") USER("q 2") USER("q 3")},
		{.name = "edges of parts",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("a") "," TEXT("bc") "," IMAGE(PNG))
				ASSISTANT("b 1") USER("q 2")},
		{.name = "one part",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("abc") "," IMAGE(PNG))
				ASSISTANT("b 1") USER("q 2")},
		{.name = "order of parts",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("ab") "," IMAGE(PNG) "," TEXT("c"))
				ASSISTANT("b 1") USER("q 2")},
		{.name = "another image",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("ab") "," TEXT("c") "," IMAGE(
				PNG_2)) ASSISTANT("b 1") USER("q 2")},
		{.name = "an image by its address",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("ab") "," TEXT("c") "," IMAGE(
				"https://x/y.png")) ASSISTANT("b 1") USER("q 2")},
		{.name = "the image's data as a text",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("ab") "," TEXT("c") "," TEXT(
				"iVBORw0KGgo=")) ASSISTANT("b 1") USER("q 2")},
		{.name = "no image",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("ab") "," TEXT("c"))
				ASSISTANT("b 1") USER("q 2")},
		{.name = "a file more",
			.asked = BEFORE ASSISTANT("b 1") PARTS(TEXT("q 2") "," FILE_NAMED("a"))},
	};

	check_rows(&base, says_hello, rows, ARRAY_LEN(rows));
}

TEST(a_file_by_another_name)
{
	static const struct row with_file = {
		.name = "with a file",
		.members = "'model':'m'",
		.asked = PARTS(TEXT("a") "," FILE_NAMED("a.pdf")),
		.answer = ASSISTANT("Hello, you."),
		.last = USER("go on"),
	};
	static const struct row rows[] = {
		{.name = "its name", .asked = PARTS(TEXT("a") "," FILE_NAMED("b.pdf"))},
		{.name = "its bytes",
			.asked = PARTS(TEXT("a") ",{'type':'file','file':{'file_data':"
						 "'JVBERi0xLjc=','filename':'a.pdf'}}")},
	};

	check_rows(&with_file, says_hello, rows, ARRAY_LEN(rows));
}

#define AT "https://x/y"

TEST(what_stands_at_an_address)
{
	static const struct row with_image = {
		.name = "with an image",
		.members = "'model':'m'",
		.asked = PARTS(TEXT("a") "," IMAGE(AT)),
		.answer = ASSISTANT("Hello, you."),
		.last = USER("go on"),
	};
	static const struct row rows[] = {
		{.name = "elsewhere", .asked = PARTS(TEXT("a") "," IMAGE(AT "/"))},
		{.name = "the address", .asked = PARTS(TEXT("a") "," TEXT(AT))},
		{.name = "a file",
			.asked = PARTS(TEXT("a") ",{'type':'file','file':{'file_url':'" AT "'}}")},
	};

	check_rows(&with_image, says_hello, rows, ARRAY_LEN(rows));
}

TEST(history)
{
	static const struct row rows[] = {
		{.name = "edited", .asked = BEFORE ASSISTANT("b 2") USER("q 2")},
		{.name = "without its first turns", .asked = SYSTEM("Be brief.") USER("q 2")},
		{.name = "without the first turn",
			.asked = SYSTEM("Be brief.") ASSISTANT("b 1") USER("q 2")},
		{.name = "without an answer", .asked = BEFORE USER("q 2")},
		{.name = "a turn more",
			.asked = BEFORE ASSISTANT("b 1") USER("q 1") ASSISTANT("b 2") USER("q 2")},
		{.name = "a turn before it all",
			.asked = ASSISTANT("a") BEFORE ASSISTANT("b 1") USER("q 2")},
		{.name = "the roles the other way round",
			.asked = BEFORE ASSISTANT("q 2") USER("b 1")},
		{.name = "another one's words",
			.asked = SYSTEM("Be brief.") ASSISTANT("abc") USER("b 1"),
			.answer = ASSISTANT("q 2"),
			.last = USER("Hello, you.") USER("go on")},
		{.name = "moved between turns",
			.asked = SYSTEM("Be brief.") PARTS(TEXT("ab")) ASSISTANT("b 1")
				PARTS(TEXT("c") "," IMAGE(PNG) "," TEXT("q 2"))},
		{.name = "summarised", .asked = USER("They talked.")},
	};

	check_rows(&base, says_hello, rows, ARRAY_LEN(rows));
}

TEST(system_and_tools)
{
	static const struct row rows[] = {
		{.name = "another system text",
			.asked = SYSTEM("Be nice.") PARTS(TEXT("ab") "," TEXT("c") "," IMAGE(PNG))
				ASSISTANT("b 1") USER("q 2")},
		{.name = "more of it",
			.asked = SYSTEM("Be nice.") BEFORE ASSISTANT("b 1") USER("q 2")},
		{.name = "none",
			.asked = PARTS(TEXT("ab") "," TEXT("c") "," IMAGE(PNG)) ASSISTANT("b 1")
				USER("q 2")},
		{.name = "said late", .answer = ASSISTANT("Hello, you.") SYSTEM("It is noon.")},
		{.name = "told by the user",
			.asked = USER("Be brief.") PARTS(TEXT("ab") "," TEXT("c") "," IMAGE(PNG))
				ASSISTANT("b 1") USER("q 2")},
		{.name = "no tools", .members = "'model':'m'"},
		{.name = "a tool less", .members = TOOLS(TOOL_F)},
		{.name = "a tool more", .members = TOOLS(TOOL_F "," TOOL_G "," PLAIN("h"))},
		{.name = "the order of tools", .members = TOOLS(TOOL_G "," TOOL_F)},
		{.name = "a name", .members = TOOLS(TOOL_F "," PLAIN("h"))},
		/* the CLI knows both by one name, the client does not */
		{.name = "a name that looks alike", .members = TOOLS(TOOL_F "," PLAIN("g_x"))},
		{.name = "a description", .members = TOOLS(TOOL("f", "e", OBJECT("a")) "," TOOL_G)},
		{.name = "no description",
			.members = TOOLS(
				"{'type':'function','function':{'name':'f','parameters':" OBJECT(
					"a") "}}," TOOL_G)},
		{.name = "a schema", .members = TOOLS(TOOL("f", "d", OBJECT("b")) "," TOOL_G)},
		{.name = "a description of the other",
			.members = TOOLS(PLAIN("f") "," TOOL("g", "d", OBJECT("a")))},
		{.name = "an answer in JSON",
			.members = TOOLS(TOOL_F "," TOOL_G) ",'response_format':{'type':"
							    "'json_object'}"},
	};

	check_rows(&base, says_hello, rows, ARRAY_LEN(rows));
}

#define FORMAT(schema)                                                                             \
	"'response_format':{'type':'json_schema','json_schema':{'name':'n','schema':" schema "}}"

TEST(schema)
{
	static const struct row with_schema = {
		.name = "with a schema",
		.members = FORMAT(OBJECT("a")),
		.asked = USER("q"),
		.answer = ASSISTANT("Hello, you."),
		.last = USER("go on"),
	};
	static const struct row rows[] = {
		{.name = "another", .members = FORMAT(OBJECT("b"))},
		{.name = "none", .members = "'response_format':{'type':'text'}"},
	};

	check_rows(&with_schema, says_hello, rows, ARRAY_LEN(rows));
}

TEST(whose)
{
	static const unsigned char other[FINGERPRINT_SIZE] = "another";
	struct fingerprint_of rows[] = {recall_of, recall_of, recall_of};
	CLEANUP(request_finish) struct request first, next;
	CLEANUP(answer_finish) struct answer a = {0};
	struct fingerprint answered, seen;
	struct err err;

	rows[0].secret = other;
	rows[1].owner = other;
	rows[2].model = "sonnet";
	ask(&wire_chat, &first, "{'messages':[{'role':'user','content':'q'}]}");
	ask(&wire_chat, &next,
		"{'messages':[{'role':'user','content':'q'},{'role':'assistant','content':'a'},"
		"{'role':'user','content':'r'}]}");
	answer_add(&a, &(struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT}, &err);
	answer_add(&a, &(struct event){.kind = EVENT_TEXT, .text = "a"}, &err);
	fingerprint_answered(&answered, &recall_of, &first, &a);
	assert_true(fingerprint_seen(&seen, &recall_of, &next));
	assert_memory_equal(seen.bytes, answered.bytes, FINGERPRINT_SIZE);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(fingerprint_seen(&seen, &rows[i], &next));
		check(memcmp(seen.bytes, answered.bytes, FINGERPRINT_SIZE) != 0, "row %zu", i);
	}
}

#define SEARCHES(f, g) CALLS(CALL("t1", "f", f) "," CALL("t2", "g", g))

static const struct row with_calls = {
	.name = "with calls",
	.members = "'max_tokens':400,'reasoning_effort':'low'," TOOLS(TOOL_F "," PLAIN("g")),
	.asked = USER("q") SEARCHES("{\\'a\\':\\'x\\'}", "{}") RESULT("t1", "one")
		RESULT("t2", "two"),
	.answer = SEARCHES("{\\'a\\':\\'y\\',\\'n\\':1}", "{}"),
	.last = RESULT("t1", "three") RESULT("t2", "four"),
};
static const struct said calls_two[] = {
	{.kind = BLOCK_CALL, .text = "{'a':'y','n':1}", .tool = "f", .id = "toolu_1"},
	{.kind = BLOCK_CALL, .text = "{}", .tool = "g", .id = "toolu_2"},
	{.text = NULL},
};

TEST(calls)
{
	static const struct row rows[] = {
		{.name = "a value", .answer = SEARCHES("{\\'a\\':\\'z\\',\\'n\\':1}", "{}")},
		{.name = "a number", .answer = SEARCHES("{\\'a\\':\\'y\\',\\'n\\':1.5}", "{}")},
		{.name = "a number as a string",
			.answer = SEARCHES("{\\'a\\':\\'y\\',\\'n\\':\\'1\\'}", "{}")},
		{.name = "white space in a value",
			.answer = SEARCHES("{\\'a\\':\\'y \\',\\'n\\':1}", "{}")},
		{.name = "a member less", .answer = SEARCHES("{\\'a\\':\\'y\\'}", "{}")},
		{.name = "a member more",
			.answer = SEARCHES("{\\'a\\':\\'y\\',\\'n\\':1}", "{\\'b\\':null}")},
		{.name = "a member's name",
			.answer = SEARCHES("{\\'b\\':\\'y\\',\\'n\\':1}", "{}")},
		{.name = "arguments the other way round",
			.answer = SEARCHES("{}", "{\\'a\\':\\'y\\',\\'n\\':1}")},
		{.name = "the order of calls",
			.answer = CALLS(CALL("t2", "g", "{}") "," CALL(
				"t1", "f", "{\\'a\\':\\'y\\',\\'n\\':1}"))},
		{.name = "the other tool twice",
			.answer = CALLS(CALL("t1", "g", "{\\'a\\':\\'y\\',\\'n\\':1}") "," CALL(
				"t2", "g", "{}"))},
		{.name = "a call less",
			.answer = CALLS(CALL("t1", "f", "{\\'a\\':\\'y\\',\\'n\\':1}")),
			.last = RESULT("t1", "three")},
		{.name = "a text before them",
			.answer = ASSISTANT("Well.") SEARCHES("{\\'a\\':\\'y\\',\\'n\\':1}", "{}")},
	};

	check_rows(&with_calls, calls_two, rows, ARRAY_LEN(rows));
}

/* Read as doubles, they are the same. */
TEST(long_numbers)
{
	static const struct row talk = {.name = "long numbers",
		.members = TOOLS(TOOL_F),
		.asked = USER("q"),
		.answer = CALLS(CALL("t1", "f", "{\\'a\\':1234567890123456789}")),
		.last = RESULT("t1", "x")};
	static const struct said call[] = {{.kind = BLOCK_CALL,
						   .text = "{'a':1234567890123456789}",
						   .tool = "f",
						   .id = "toolu_1"},
		{.text = NULL}};
	static const struct row other = {.name = "the last digit",
		.answer = CALLS(CALL("t1", "f", "{\\'a\\':1234567890123456788}"))};

	check_rows(&talk, call, &other, 1);
}

#define FIRST SEARCHES("{\\'a\\':\\'x\\'}", "{}")

/* Of calls and results that are history. */
TEST(results)
{
	static const struct row rows[] = {
		{.name = "another result",
			.asked = USER("q") FIRST RESULT("t1", "one!") RESULT("t2", "two")},
		{.name = "white space of a result",
			.asked = USER("q") FIRST RESULT("t1", "one ") RESULT("t2", "two")},
		{.name = "an empty result",
			.asked = USER("q") FIRST RESULT("t1", "") RESULT("t2", "two")},
		{.name = "results of each other",
			.asked = USER("q") FIRST RESULT("t1", "two") RESULT("t2", "one")},
		{.name = "all in one result",
			.asked = USER("q") FIRST
			"{'role':'tool','tool_call_id':'t1','content':[" TEXT("one") "," TEXT(
				"two") "]}," RESULT("t2", "")},
		{.name = "edges of results",
			.asked = USER("q") FIRST RESULT("t1", "onet") RESULT("t2", "wo")},
		{.name = "a text beside them",
			.asked = USER("q") FIRST RESULT("t1", "one") RESULT("t2", "two")
				USER("quick")},
		{.name = "arguments",
			.asked = USER("q") SEARCHES("{\\'a\\':\\'X\\'}", "{}") RESULT("t1", "one")
				RESULT("t2", "two")},
		{.name = "without them", .asked = USER("q")},
	};

	check_rows(&with_calls, calls_two, rows, ARRAY_LEN(rows));
}

/* What cannot change in the middle of a turn. */
TEST(settings_of_a_turn_that_goes_on)
{
	static const struct row rows[] = {
		{.name = "another limit",
			.members = "'max_tokens':401,'reasoning_effort':'low'," TOOLS(
				TOOL_F "," PLAIN("g"))},
		{.name = "no limit",
			.members = "'reasoning_effort':'low'," TOOLS(TOOL_F "," PLAIN("g"))},
		{.name = "another effort",
			.members = "'max_tokens':400,'reasoning_effort':'high'," TOOLS(
				TOOL_F "," PLAIN("g"))},
		{.name = "no thinking",
			.members = "'max_tokens':400,'reasoning_effort':'none'," TOOLS(
				TOOL_F "," PLAIN("g"))},
		{.name = "the effort it has by itself",
			.members = "'max_tokens':400," TOOLS(TOOL_F "," PLAIN("g"))},
	};

	check_rows(&with_calls, calls_two, rows, ARRAY_LEN(rows));
}
