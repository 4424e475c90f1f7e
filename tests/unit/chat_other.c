/* Chat requests in the words of Responses, OpenRouter and Anthropic. */
#include "wire/chat_other.h"

#include <string.h>

#include "support/ask.h"
#include "support/check.h"

#define HI     "{'messages':[{'role':'user','content':'hi'}]"
#define SCHEMA "'schema':{'type':'object','title':"

TEST(settings)
{
	static const struct {
		const char *body;
		unsigned long max_tokens;
		enum effort effort;
		const char *stop;
	} rows[] = {
		{HI "}", 0, EFFORT_DEFAULT, NULL},
		{HI ",'max_output_tokens':7}", 7, EFFORT_DEFAULT, NULL},
		{HI ",'max_output_tokens':7,'max_tokens':8}", 8, EFFORT_DEFAULT, NULL},
		{HI ",'max_completion_tokens':9,'max_output_tokens':7}", 9, EFFORT_DEFAULT, NULL},
		{HI ",'max_output_tokens':null,'reasoning':null,'thinking':null,'text':null}", 0,
			EFFORT_DEFAULT, NULL},
		{HI ",'reasoning':{'effort':'high','summary':'auto'}}", 0, EFFORT_HIGH, NULL},
		{HI ",'reasoning':{'effort':'high'},'reasoning_effort':'low'}", 0, EFFORT_LOW,
			NULL},
		{HI ",'reasoning':{'effort':null}}", 0, EFFORT_DEFAULT, NULL},
		{HI ",'reasoning':{'enabled':false}}", 0, EFFORT_NONE, NULL},
		{HI ",'reasoning':{'enabled':true,'exclude':true}}", 0, EFFORT_DEFAULT, NULL},
		{HI ",'thinking':{'type':'disabled'}}", 0, EFFORT_NONE, NULL},
		{HI ",'thinking':{'type':'enabled','budget_tokens':9}}", 0, EFFORT_DEFAULT, NULL},
		{HI ",'thinking':{'type':'adaptive'},'output_config':{'effort':'max'}}", 0,
			EFFORT_MAX, NULL},
		{HI ",'thinking':{'type':'disabled'},'reasoning_effort':'low'}", 0, EFFORT_LOW,
			NULL},
		{HI ",'stop_sequences':['a']}", 0, EFFORT_DEFAULT, "a"},
		{HI ",'stop_sequences':['a'],'stop':'b'}", 0, EFFORT_DEFAULT, "b"},
		{HI ",'stop_sequences':['a'],'stop':[]}", 0, EFFORT_DEFAULT, "a"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_chat, &req, rows[i].body);
		check(req.max_tokens == rows[i].max_tokens, "%s: %lu", rows[i].body,
			req.max_tokens);
		check(req.effort == rows[i].effort, "%s: %d", rows[i].body, (int)req.effort);
		check(req.n_stops == (rows[i].stop != NULL ? 1 : 0), "%s: %zu", rows[i].body,
			req.n_stops);
		if (rows[i].stop != NULL)
			assert_string_equal(req.stops[0], rows[i].stop);
	}
}

/* The texts come before those of the messages. */
TEST(system)
{
	static const struct {
		const char *body, *conversation;
	} rows[] = {
		{HI ",'instructions':'a'}", "system a\nuser hi\n"},
		{HI ",'system':'a'}", "system a\nuser hi\n"},
		{HI ",'system':[{'type':'text','text':'a','cache_control':{'type':'ephemeral'}},"
		    "{'type':'text','text':'b'}]}",
			"system a\n\nb\nuser hi\n"},
		{"{'system':'b','instructions':'a','messages':[{'role':'system','content':'c'},"
		 "{'role':'user','content':'hi'}]}",
			"system a\n\nb\n\nc\nuser hi\n"},
		{HI ",'system':null,'instructions':''}", "user hi\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_chat, &req, rows[i].body);
		check_conversation(rows[i].body, &req, rows[i].conversation);
	}
}

#define ITEMS                                                                                      \
	"{'type':'message','role':'user','content':[{'type':'input_text','text':'go'}]},"          \
	"{'type':'reasoning','id':'rs_1','summary':[]},{'type':'function_call','call_id':'c1',"    \
	"'name':'f','arguments':'{}'},{'type':'function_call_output','call_id':'c1','output':'1'}"

#define CALL                                                                                       \
	"{'role':'assistant','tool_calls':[{'id':'c2','type':'function','function':"               \
	"{'name':'f','arguments':'{}'}}]}"

/* Cursor posts the conversation as `input`, some with chat's messages in it. */
TEST(input)
{
	static const struct {
		const char *body, *conversation, *ignored;
	} rows[] = {
		{"{'input':'hi'}", "user hi\n", ""},
		{"{'input':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}",
			"system s\nuser hi\n", ""},
		{"{'messages':null,'input':[" ITEMS "],'instructions':'s','store':false}",
			"system s\nuser go\nassistant [call c1 f {}]\nuser [result c1: 1]\n", ""},
		{"{'messages':[],'input':[" ITEMS ",{'type':'message','role':'assistant','content':"
		 "[{'type':'output_text','text':'a'}]},{'role':'user','content':'b'}]}",
			"user go\nassistant [call c1 f {}]\nuser [result c1: 1]\nassistant a\n"
			"user b\n",
			""},
		{"{'input':[{'role':'user','content':'hi'},{'role':'assistant','content':null,"
		 "'tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':"
		 "'{}'}}]},{'role':'tool','tool_call_id':'c1','content':'1'}]}",
			"user hi\nassistant [call c1 f {}]\nuser [result c1: 1]\n", ""},
		{HI ",'input':'other'}", "user hi\n", "input"},
		/* items among the messages */
		{"{'messages':[" ITEMS ",{'role':'assistant','content':'a'}," CALL
		 ",{'type':'function_call_output','call_id':'c2','output':'2'}]}",
			"user go\nassistant [call c1 f {}]\nuser [result c1: 1]\n"
			"assistant a|[call c2 f {}]\nuser [result c2: 2]\n",
			""},
		{"{'messages':[{'type':'function_call','call_id':'c2','name':'f','arguments':''},"
		 "{'role':'tool','tool_call_id':'c2','content':'2'},{'type':'input_text','text':"
		 "'b'},{'type':'new','id':1},{'type':'mcp_list_tools'},{'type':'shell_call',"
		 "'call_id':'s'},{'type':'human','role':'user','content':'c'},{'type':'text',"
		 "'role':'user','content':'d'}]}",
			"assistant [call c2 f {}]\nuser [result c2: 2]|b|c|d\n",
			"messages.new messages.mcp_list_tools messages.shell_call"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_chat, &req, rows[i].body);
		check_conversation(rows[i].body, &req, rows[i].conversation);
		check_ignored(rows[i].body, &req, rows[i].ignored);
	}
}

TEST(format)
{
	static const struct {
		const char *body, *param, *title;
	} rows[] = {
		{HI ",'text':{'verbosity':'low'}}", NULL, NULL},
		{HI ",'text':{'format':{'type':'text'}}}", "text.format", NULL},
		{HI ",'text':{'format':{'type':'json_schema','name':'n'," SCHEMA "'a'}}}}",
			"text.format", "a"},
		{HI ",'text':{'format':{'type':'json_schema','name':'n'," SCHEMA "'a'}}},"
		    "'response_format':{'type':'json_schema','json_schema':{" SCHEMA "'b'}}}}",
			"response_format", "b"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_JSON cJSON *schema = NULL;

		ask(&wire_chat, &req, rows[i].body);
		schema = req.schema != NULL ? cJSON_Parse(req.schema) : NULL;
		if (rows[i].title != NULL)
			assert_string_equal(json_get_string(schema, "title"), rows[i].title);
		else
			assert_null(schema);
		if (rows[i].param != NULL)
			assert_string_equal(req.schema_param, rows[i].param);
	}
}

TEST(ignored)
{
	CLEANUP(request_finish) struct request req;

	ask(&wire_chat, &req, HI ",'thinking':{'type':'enabled','budget_tokens':9},'store':true}");
	check_ignored("a budget", &req, "store thinking.budget_tokens");
}

TEST(wrong_types)
{
	static const struct {
		const char *body, *param;
	} rows[] = {
		{HI ",'max_output_tokens':0}", "max_output_tokens"},
		{HI ",'max_output_tokens':'7'}", "max_output_tokens"},
		{HI ",'reasoning':'high'}", "reasoning"},
		{HI ",'reasoning':{'effort':'huge'}}", "reasoning.effort"},
		{HI ",'reasoning':{'enabled':'no'}}", "reasoning.enabled"},
		{HI ",'thinking':true}", "thinking"},
		{HI ",'thinking':{'type':5}}", "thinking.type"},
		{HI ",'output_config':[]}", "output_config"},
		{HI ",'output_config':{'effort':5}}", "output_config.effort"},
		{HI ",'text':'a'}", "text"},
		{HI ",'text':{'format':'json'}}", "text.format"},
		{HI ",'instructions':['a']}", "instructions"},
		{HI ",'system':5}", "system"},
		{HI ",'system':[{'type':'image'}]}", "system[0]"},
		{HI ",'stop_sequences':['']}", "stop_sequences"},
		{"{'input':5}", "input"},
		{"{'input':[]}", "input"},
		{"{'input':['hi']}", "input[0]"},
		{"{'messages':[],'input':[{'role':'user'}]}", "input[0].content"},
		{"{'input':[{'type':'function_call_output','call_id':'c1','output':'1'}]}",
			"input"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_chat, &req, rows[i].body, &err) == -1, "%s is taken",
			rows[i].body);
		check_err(rows[i].body, &err, ERR_INVALID, rows[i].param);
	}
}

TEST(tools_among_messages)
{
	CLEANUP(request_finish) struct request req;

	ask(&wire_chat, &req,
		"{'messages':[{'type':'additional_tools','role':'developer','tools':[{'type':"
		"'function','name':'f'}]},{'role':'user','content':'hi'}],"
		"'tool_choice':{'type':'function','name':'f'}}");
	check_conversation("tools", &req, "user hi\n");
	check_tools("tools", &req, "f as f " TOOL_ANY_SCHEMA "\nchoose one f\n");
}
