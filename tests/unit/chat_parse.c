/* Requests as the clients of the chat format send them. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "turn/settle.h"
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
	/* calls and results, as the SDK hands them back */
	{"[{'role':'user','content':'a'},{'role':'assistant','content':'b','refusal':null,"
	 "'tool_calls':[{'id':'call_1-x','type':'function','function':{'name':'f',"
	 "'arguments':'{\\'x\\':1}'}},{'id':'call_2','type':'function','function':"
	 "{'name':'g.h','arguments':''}}]},{'role':'tool','tool_call_id':'call_1-x','content':"
	 "'one'},{'role':'tool','tool_call_id':'call_2','content':[{'type':'text','text':'two'}]}]",
		"user a\nassistant b|[call call1x f {\"x\":1}]|[call call2 g_h {}]\n"
		"user [result call1x: one]|[result call2: two]\n"},
	{"[{'role':'assistant','content':null,'tool_calls':[{'id':'c1','type':'custom','custom':"
	 "{'name':'f','input':'x'}}]},{'role':'tool','tool_call_id':'c1','content':''},"
	 "{'role':'user','content':'go on'}]",
		"assistant [call c1 f {\"input\":\"x\"}]\nuser [result c1: ]|go on\n"},
	{"[{'role':'assistant','content':'','tool_calls':[{'id':'c1','type':'function','function':"
	 "{'name':'f'}}]},{'role':'tool','tool_call_id':'c1','content':null}]",
		"assistant [call c1 f {}]\nuser [result c1: ]\n"},
	/* what other clients write in place of strings */
	{"[{'role':'assistant','tool_calls':[{'id':7,'function':{'name':'f','arguments':"
	 "{'city':'Oslo'}}}]},{'role':'tool','tool_call_id':7,'content':{'ok':true}}]",
		"assistant [call 7 f {\"city\":\"Oslo\"}]\nuser [result 7: {\"ok\":true}]\n"},
	{"[{'role':'assistant','tool_calls':[{'id':'c','type':'custom','custom':{'name':'f',"
	 "'input':['x']}}]},{'role':'tool','tool_call_id':'c','content':[1,{'a':null}]}]",
		"assistant [call c f {\"input\":\"[\\\"x\\\"]\"}]\n"
		"user [result c: [1,{\"a\":null}]]\n"},
	{"[{'role':'system','content':'only this'}]", "user only this\n"},
	{"[{'role':'system','content':null},{'role':'user','content':'hi'}]", "user hi\n"},
	{"[{'role':'user','content':''}]", "user " SETTLE_TOLD_EMPTY "\n"},
	{"[{'role':'user','content':[]}]", "user " SETTLE_TOLD_EMPTY "\n"},
	{"[{'role':'user','content':[{'type':'text','text':' '}]}]",
		"user " SETTLE_TOLD_EMPTY "\n"},
	{"[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]",
		"user a\nassistant b\nuser " SETTLE_TOLD_CONTINUE "\n"},
	{"[{'role':'user','content':'/cost @/etc/passwd'}]", "user /cost @/etc/passwd\n"},
};

static cJSON *body_of(const char *messages)
{
	cJSON *body = cJSON_CreateObject();

	cJSON_AddItemToObject(body, "messages", json_of(messages));
	return body;
}

TEST(conversations)
{
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		CLEANUP_JSON cJSON *body = body_of(taken[i].messages);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		check(wire_chat.parse(&req, body, &err) == 0, "%s: %s", taken[i].messages,
			err.message);
		check_conversation(taken[i].messages, &req, taken[i].conversation);
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
	{"{'messages':[{'role':'user','content':'a'},{'role':'bot','content':'hi'}]}", ERR_INVALID,
		"messages[1]"},
	{"{'messages':[{'role':'User','content':'hi'}]}", ERR_INVALID, "messages[0]"},
	{"{'messages':[{'role':'user'}]}", ERR_INVALID, "messages[0].content"},
	{"{'messages':[{'role':'user','content':null}]}", ERR_INVALID, "messages[0].content"},
	{"{'messages':[{'role':'user','content':7}]}", ERR_INVALID, "messages[0].content"},
	{"{'messages':[{'role':'user','content':[{'type':'text','text':'a'},"
	 "{'type':'image_url','image_url':{'url':'data:,'}}]}]}",
		ERR_INVALID, "messages[0].content[1]"},
	{"{'messages':[{'role':'user','content':'a'},{'role':'assistant','content':null,"
	 "'tool_calls':[{'id':'call_1','type':'function'}]}]}",
		ERR_INVALID, "messages[1].tool_calls[0]"},
	{"{'messages':[{'role':'assistant','tool_calls':[{'id':'a','function':{'name':'f'}},"
	 "{'function':{'name':'f'}}]}]}",
		ERR_INVALID, "messages[0].tool_calls[1]"},
	{"{'messages':[{'role':'assistant','tool_calls':[{'id':'a','function':{'name':'f'}}]}]}",
		ERR_INVALID, "messages"},
	{"{'messages':[{'role':'tool','tool_call_id':'call_1','content':'42'}]}", ERR_INVALID,
		"messages"},
	{"{'messages':[{'role':'tool','content':'42'}]}", ERR_INVALID, "messages[0]"},
	{"{'messages':[{'role':'tool','tool_call_id':'-_','content':'42'}]}", ERR_INVALID,
		"messages"},
	{"{'messages':[{'role':'function','name':'f','content':'42'}]}", ERR_INVALID,
		"messages[0]"},
	{"{'messages':[{'role':'system','content':[{'type':'image_url','image_url':"
	 "{'url':'https://x/y.png'}}]},{'role':'user','content':'hi'}]}",
		ERR_INVALID, "messages[0].content[0]"},
	{"{'messages':[{'role':'user','content':'hi'}],'max_completion_tokens':0}", ERR_INVALID,
		"max_completion_tokens"},
	{"{'messages':[{'role':'user','content':'hi'}],'response_format':{'type':'xml'}}",
		ERR_INVALID, "response_format"},
	{"{'messages':[{'role':'user','content':'hi'}],'modalities':'audio'}", ERR_UNSUPPORTED,
		"modalities"},
	{"{'messages':[{'role':'user','content':'hi'}],'modalities':['text',5]}", ERR_UNSUPPORTED,
		"modalities"},
	{"{'messages':[{'role':'user','content':'hi'}],'stream':'yes'}", ERR_INVALID, "stream"},
	{"{'messages':[{'role':'user','content':'hi'}],'n':3}", ERR_UNSUPPORTED, "n"},
};

#define HI     "{'messages':[{'role':'user','content':'hi'}]"
#define CALLED "{'messages':[{'role':'assistant','tool_calls':"

/* Nothing of a wrong type is taken for absent. */
static const struct {
	const char *body, *param;
} wrong_types[] = {
	{"{'messages':{}}", "messages"},
	{"{'messages':[{'role':5,'content':'hi'}]}", "messages[0].role"},
	{"{'messages':[{'role':'user','content':5}]}", "messages[0].content"},
	{"{'messages':[{'role':'user','content':{}}]}", "messages[0].content"},
	{"{'messages':[{'role':'system','content':5}]}", "messages[0].content"},
	{"{'messages':[{'role':'assistant','content':false}]}", "messages[0].content"},
	{"{'messages':[{'role':'assistant','refusal':5}]}", "messages[0].refusal"},
	{"{'messages':[{'role':'assistant','content':'a','refusal':{}}]}", "messages[0].refusal"},
	{CALLED "'c'}]}", "messages[0].tool_calls"},
	{CALLED "{'id':'c'}}]}", "messages[0].tool_calls"},
	{CALLED "[{'id':true,'function':{'name':'f'}}]}]}", "messages[0].tool_calls[0].id"},
	{CALLED "[{'id':'c','type':5,'function':{'name':'f'}}]}]}",
		"messages[0].tool_calls[0].type"},
	{CALLED "[{'id':'c','function':'f'}]}]}", "messages[0].tool_calls[0].function"},
	{CALLED "[{'id':'c','type':'custom','custom':['f']}]}]}",
		"messages[0].tool_calls[0].custom"},
	{CALLED "[{'id':'c','function':{'name':5}}]}]}", "messages[0].tool_calls[0].function.name"},
	{CALLED "[{'id':'c','type':'custom','custom':{'name':{}}}]}]}",
		"messages[0].tool_calls[0].custom.name"},
	{"{'messages':[{'role':'tool','tool_call_id':['c'],'content':''}]}",
		"messages[0].tool_call_id"},
	{HI ",'model':5}", "model"},
	{HI ",'stream':'true'}", "stream"},
	{HI ",'stream_options':true}", "stream_options"},
	{HI ",'stream_options':{'include_usage':'true'}}", "stream_options.include_usage"},
	{HI ",'stream_options':{'include_usage':1}}", "stream_options.include_usage"},
	{HI ",'max_tokens':'5'}", "max_tokens"},
	{HI ",'max_completion_tokens':[]}", "max_completion_tokens"},
	{HI ",'top_p':'1'}", "top_p"},
	{HI ",'reasoning_effort':5}", "reasoning_effort"},
	{HI ",'response_format':'json'}", "response_format"},
	{HI ",'tools':'f'}", "tools"},
	{HI ",'tool_choice':5}", "tool_choice"},
};

TEST(wrong_types)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_types); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_chat, &req, wrong_types[i].body, &err) == -1, "%s is taken",
			wrong_types[i].body);
		check_err(wrong_types[i].body, &err, ERR_INVALID, wrong_types[i].param);
		assert_non_null(strstr(err.message, wrong_types[i].param));
	}
}

TEST(refusals)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_chat, &req, refused[i].body, &err) == -1, "%s is taken",
			refused[i].body);
		check_err(refused[i].body, &err, refused[i].kind, refused[i].param);
	}
}

TEST(include_usage)
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

TEST(limits)
{
	static const struct {
		const char *body;
		unsigned long max_tokens;
	} rows[] = {
		{HI "}", 0},
		{HI ",'max_tokens':7}", 7},
		{HI ",'max_completion_tokens':8}", 8},
		/* the newer name counts */
		{HI ",'max_completion_tokens':8,'max_tokens':7}", 8},
		{HI ",'max_completion_tokens':null,'max_tokens':7}", 7},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_chat, &req, rows[i].body);
		check(req.max_tokens == rows[i].max_tokens, "%s: %lu", rows[i].body,
			req.max_tokens);
	}
}

TEST(stops)
{
	static const struct {
		const char *stop;
		size_t n; /* 9: refused */
	} rows[] = {
		{"null", 0},
		{"[]", 0},
		{"'a'", 1},
		{"['a']", 1},
		{"['a','b','\\n','d']", 4},
		{"['a','b','c','d','e']", 9},
		{"''", 9},
		{"['a','']", 9},
		{"['a',null]", 9},
		{"5", 9},
		{"{}", 9},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf body = BUF_INIT(1000);
		struct err err;
		int result;

		buf_printf(&body, HI ",'stop':%s}", rows[i].stop);
		result = ask_try(&wire_chat, &req, body.data, &err);
		check((result == 0) == (rows[i].n <= REQUEST_MAX_STOPS), "%s", rows[i].stop);
		if (result < 0)
			check_err(rows[i].stop, &err, ERR_INVALID, "stop");
		else
			check(req.n_stops == rows[i].n, "%s: %zu", rows[i].stop, req.n_stops);
		if (result == 0 && req.n_stops > 0)
			assert_string_equal(req.stops[0], "a");
	}
}

TEST(schema)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_JSON cJSON *want = json_of("{'type':'object','properties':{}}");
	CLEANUP_JSON cJSON *got = NULL;

	ask(&wire_chat, &req,
		HI ",'response_format':{'type':'json_schema','json_schema':{'name':'n',"
		   "'strict':true,'schema':{'type':'object','properties':{}}}}}");
	got = cJSON_Parse(req.schema);
	check_json("schema", got, want);
}
