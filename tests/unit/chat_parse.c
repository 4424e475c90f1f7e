/* Requests as the clients of the chat format send them. */
#include "support/check.h"
#include "support/describe.h"
#include "wire/wire.h"

static const struct {
	const char *messages;
	const char *conversation;
} taken[] = {
	{"[{'role':'user','content':'hi'}]", "user hi\n"},
	{"[{'role':'system','content':'be brief'},{'role':'user','content':'hi'}]",
		"system be brief\nuser hi\n"},
	{"[{'role':'developer','content':[{'type':'text','text':'d'}]},"
	 "{'role':'user','content':'hi'},{'role':'system','content':'late'}]",
		"system d\n\nlate\nuser hi\n"},
	{"[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
	 "{'role':'user','content':[{'type':'text','text':'c'},{'type':'text','text':'d'}]}]",
		"user a\nassistant b\nuser c|d\n"},
	{"[{'role':'user','content':'a'},{'role':'user','content':'b','name':'bob'}]",
		"user a|b\n"},
	/* the SDK's own message, sent back as it was received */
	{"[{'role':'user','content':'a'},{'role':'assistant','content':'b','refusal':null,"
	 "'annotations':[],'tool_calls':null},{'role':'user','content':'c'}]",
		"user a\nassistant b\nuser c\n"},
	{"[{'role':'user','content':'a'},{'role':'assistant','content':null,'refusal':'no'},"
	 "{'role':'user','content':'c'}]",
		"user a\nassistant no\nuser c\n"},
	{"[{'role':'user','content':'a'},{'role':'assistant','content':null},"
	 "{'role':'user','content':'c'}]",
		"user a|c\n"},
	{"[{'role':'user','content':'a'},{'role':'assistant','content':'','tool_calls':[]},"
	 "{'role':'user','content':'c'}]",
		"user a|c\n"},
	{"[{'role':'user','content':'a'},{'role':'assistant','content':[{'type':'text','text':'b',"
	 "'role':'assistant','refusal':null,'annotations':[]}],'reasoning_content':'hm'},"
	 "{'role':'user','content':'c','cache_control':{'type':'ephemeral'}}]",
		"user a\nassistant b\nuser c\n"},
	{"[{'role':'system','content':'only this'}]", "user only this\n"},
	{"[{'role':'system','content':null},{'role':'user','content':'hi'}]", "user hi\n"},
	{"[{'role':'user','content':'/cost @/etc/passwd'}]", "user /cost @/etc/passwd\n"},
};

static cJSON *body_of(const char *messages)
{
	cJSON *body = cJSON_CreateObject();

	cJSON_AddItemToObject(body, "messages", json_of(messages));
	return body;
}

static void test_conversations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		CLEANUP_JSON cJSON *body = body_of(taken[i].messages);
		CLEANUP_BUF struct buf text = BUF_INIT(1000);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		check(wire_chat.parse(&req, body, &err) == 0, "%s: %s", taken[i].messages,
			err.message);
		describe_request(&text, &req);
		assert_string_equal(buf_str(&text), taken[i].conversation);
	}
}

static const struct {
	const char *body;
	enum err_kind kind;
	const char *param;
} refused[] = {
	{"{}", ERR_INVALID, "messages"},
	{"{'messages':null}", ERR_INVALID, "messages"},
	{"{'messages':[]}", ERR_INVALID, "messages"},
	{"{'messages':'hi'}", ERR_INVALID, "messages"},
	{"{'messages':{'role':'user','content':'hi'}}", ERR_INVALID, "messages"},
	{"{'messages':['hi']}", ERR_INVALID, "messages[0]"},
	{"{'messages':[null]}", ERR_INVALID, "messages[0]"},
	{"{'messages':[{'content':'hi'}]}", ERR_INVALID, "messages[0]"},
	{"{'messages':[{'role':5,'content':'hi'}]}", ERR_INVALID, "messages[0]"},
	{"{'messages':[{'role':'user','content':'a'},{'role':'bot','content':'hi'}]}", ERR_INVALID,
		"messages[1]"},
	{"{'messages':[{'role':'User','content':'hi'}]}", ERR_INVALID, "messages[0]"},
	{"{'messages':[{'role':'user'}]}", ERR_INVALID, "messages[0].content"},
	{"{'messages':[{'role':'user','content':null}]}", ERR_INVALID, "messages[0].content"},
	{"{'messages':[{'role':'user','content':7}]}", ERR_INVALID, "messages[0].content"},
	{"{'messages':[{'role':'user','content':[{'type':'text','text':'a'},"
	 "{'type':'image_url','image_url':{'url':'data:,'}}]}]}",
		ERR_INVALID, "messages[0].content[1]"},
	{"{'messages':[{'role':'user','content':''}]}", ERR_INVALID, "messages"},
	{"{'messages':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]}",
		ERR_INVALID, "messages"},
	{"{'messages':[{'role':'assistant','content':'b'}]}", ERR_INVALID, "messages"},
	{"{'messages':[{'role':'user','content':'a'},{'role':'assistant','content':null,"
	 "'tool_calls':[{'id':'call_1','type':'function'}]}]}",
		ERR_UNSUPPORTED, "messages[1]"},
	{"{'messages':[{'role':'assistant','function_call':{'name':'f'}}]}", ERR_UNSUPPORTED,
		"messages[0]"},
	{"{'messages':[{'role':'tool','tool_call_id':'call_1','content':'42'}]}", ERR_UNSUPPORTED,
		"messages[0]"},
	{"{'messages':[{'role':'function','name':'f','content':'42'}]}", ERR_UNSUPPORTED,
		"messages[0]"},
	{"{'messages':[{'role':'user','content':'hi'}],'stream':'yes'}", ERR_INVALID, "stream"},
	{"{'messages':[{'role':'user','content':'hi'}],'n':3}", ERR_UNSUPPORTED, "n"},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP_JSON cJSON *body = json_of(refused[i].body);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		check(wire_chat.parse(&req, body, &err) == -1, "%s is taken", refused[i].body);
		check_err(refused[i].body, &err, refused[i].kind, refused[i].param);
	}
}

static void test_include_usage(void **state)
{
	static const struct {
		const char *options;
		bool include_usage;
	} rows[] = {
		{"null", false},
		{"{}", false},
		{"{'include_usage':null}", false},
		{"{'include_usage':false}", false},
		{"{'include_usage':true,'include_obfuscation':false}", true},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *body = body_of("[{'role':'user','content':'hi'}]");
		CLEANUP(request_finish) struct request req;
		struct err err;

		request_init(&req);
		cJSON_AddItemToObject(body, "stream_options", json_of(rows[i].options));
		assert_int_equal(wire_chat.parse(&req, body, &err), 0);
		check(req.include_usage == rows[i].include_usage, "%s", rows[i].options);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversations),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_include_usage),
	};

	return cmocka_run_group_tests_name("chat_parse", tests, NULL, NULL);
}
