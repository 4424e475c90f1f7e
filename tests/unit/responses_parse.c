/* Requests as the clients of the Responses format send them. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "turn/settle.h"
#include "wire/responses.h"

static const struct {
	const char *body;
	const char *conversation;
} taken[] = {
	/* messages of chat's: calls and results in them */
	{"{'input':[{'role':'user','content':'a'},{'role':'assistant','content':null,'tool_calls':"
	 "[{'id':'c1','type':'function','function':{'name':'f','arguments':'{}'}}]},{'role':"
	 "'tool','tool_call_id':'c1','content':'b'}]}",
		"user a\nassistant [call c1 f {}]\nuser [result c1: b]\n"},
	{"{'input':'hi'}", "user hi\n"},
	{"{'input':'hi','instructions':'be brief'}", "system be brief\nuser hi\n"},
	{"{'input':'hi','instructions':null}", "user hi\n"},
	{"{'input':'hi','instructions':''}", "user hi\n"},
	{"{'input':[{'role':'user','content':'hi'}]}", "user hi\n"},
	{"{'input':[{'type':null,'role':'user','content':'hi'}]}", "user hi\n"},
	{"{'instructions':'one','input':[{'role':'developer','content':'two'},"
	 "{'type':'message','role':'system','content':[{'type':'input_text','text':'three'}]},"
	 "{'type':'message','role':'user','content':[{'type':'input_text','text':'a'},"
	 "{'type':'input_text','text':'b'}]}]}",
		"system one\n\ntwo\n\nthree\nuser a|b\n"},
	/* output items, sent back as they were received */
	{"{'input':[{'role':'user','content':'a'},{'id':'msg_1','type':'message',"
	 "'status':'completed','role':'assistant','content':[{'type':'output_text','text':'b',"
	 "'annotations':[],'logprobs':[]}]},{'role':'user','content':'c'}]}",
		"user a\nassistant b\nuser c\n"},
	{"{'input':[{'role':'user','content':'a'},{'type':'message','role':'assistant',"
	 "'content':[{'type':'refusal','refusal':'no'}]},{'role':'user','content':'c'}]}",
		"user a\nassistant no\nuser c\n"},
	/* what another server gave the client is passed over */
	{"{'input':[{'role':'user','content':'a'},{'type':'reasoning','id':'rs_1','summary':[],"
	 "'encrypted_content':'x'},{'type':'item_reference','id':'rs_2'},"
	 "{'type':'message','role':'assistant','content':'b'},{'role':'user','content':'c'}]}",
		"user a\nassistant b\nuser c\n"},
	/* calls and their results, as they were received and as agents write them */
	{"{'input':[{'role':'user','content':'a'},{'id':'msg_1','type':'message',"
	 "'role':'assistant','content':[{'type':'output_text','text':'b'}]},"
	 "{'id':'fc_1','type':'function_call','status':'completed','call_id':'call_1',"
	 "'name':'f','arguments':'{\\'x\\':1}'},{'type':'function_call','call_id':'call_2',"
	 "'name':'g.h','arguments':''},{'type':'function_call_output','call_id':'call_1',"
	 "'output':'one'},{'type':'function_call_output','call_id':'call_2','output':[{'type':"
	 "'input_text','text':'two'},{'type':'input_image','image_url':'https://x/y.png'}]}]}",
		"user a\nassistant b|[call call1 f {\"x\":1}]|[call call2 g_h {}]\n"
		"user [result call1: one]|[result call2: two+[image url: https://x/y.png]]\n"},
	{"{'input':[{'type':'custom_tool_call','call_id':'call_1','name':'f','input':'a\\'b'},"
	 "{'type':'custom_tool_call_output','call_id':'call_1','output':''}]}",
		"assistant [call call1 f {\"input\":\"a\\\"b\"}]\nuser [result call1: ]\n"},
	{"{'input':[{'type':'custom_tool_call','call_id':'call_1','name':'f'},"
	 "{'type':'custom_tool_call_output','call_id':'call_1','output':'x'}]}",
		"assistant [call call1 f {\"input\":\"\"}]\nuser [result call1: x]\n"},
	/* what other clients write in place of strings */
	{"{'input':[{'type':'function_call','call_id':7,'name':'f','arguments':{'x':[1]}},"
	 "{'type':'function_call_output','call_id':7,'output':{'a':true}}]}",
		"assistant [call 7 f {\"x\":[1]}]\nuser [result 7: {\"a\":true}]\n"},
	{"{'input':[{'type':'custom_tool_call','call_id':'c','name':'f','input':{'a':1}},"
	 "{'type':'custom_tool_call_output','call_id':'c','output':5}]}",
		"assistant [call c f {\"input\":\"{\\\"a\\\":1}\"}]\nuser [result c: 5]\n"},
	/* parts of a message without the message */
	{"{'input':[{'type':'input_text','text':'a'},{'type':'input_image','image_url':"
	 "'https://x/y.png'},{'type':'text','text':'b'}]}",
		"user a|[image url: https://x/y.png]|b\n"},
	{"{'input':[{'type':'text','role':'user','content':'a'}]}", "user a\n"},
	{"{'input':[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
	 "{'type':'image_url','image_url':{'url':'https://x/y.png'}},{'type':'input_file',"
	 "'file_url':'https://x/y.pdf'},{'type':'file','file':{'file_data':'YQ=='}},"
	 "{'type':'image','source':{'type':'url','url':'https://x/z.png'}},"
	 "{'type':'document','source':{'type':'text','data':'c'}}]}",
		"user a\nassistant b\nuser [image url: https://x/y.png]|"
		"[document url: https://x/y.pdf]|[document text/plain: a]|"
		"[image url: https://x/z.png]|[document text/plain: c]\n"},
	{"{'instructions':'only this','input':[]}", "user only this\n"},
	/* nothing that can be told */
	{"{'input':[{'type':'mcp_list_tools'}]}", "user " SETTLE_TOLD_EMPTY "\n"},
	{"{'input':[{'type':'shell_call','call_id':'c','action':{}}]}",
		"user " SETTLE_TOLD_EMPTY "\n"},
	{"{'instructions':'this','input':''}", "system this\nuser " SETTLE_TOLD_EMPTY "\n"},
	{"{'input':''}", "user " SETTLE_TOLD_EMPTY "\n"},
	{"{'input':[{'role':'user','content':[]}]}", "user " SETTLE_TOLD_EMPTY "\n"},
	{"{'input':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]}",
		"user a\nassistant b\nuser " SETTLE_TOLD_CONTINUE "\n"},
};

TEST(conversations)
{
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_responses, &req, taken[i].body);
		check_conversation(taken[i].body, &req, taken[i].conversation);
	}
}

static const struct {
	const char *body;
	enum err_kind kind;
	const char *param;
} refused[] = {
	{"{}", ERR_INVALID, "input"},
	{"{'input':null}", ERR_INVALID, "input"},
	{"{'messages':[{'role':'user','content':'hi'}]}", ERR_INVALID, "messages"},
	{"{'input':5}", ERR_INVALID, "input"},
	{"{'input':{'role':'user','content':'hi'}}", ERR_INVALID, "input"},
	{"{'input':[]}", ERR_INVALID, "input"},
	{"{'input':['hi']}", ERR_INVALID, "input[0]"},
	{"{'input':[{'content':'hi'}]}", ERR_INVALID, "input[0]"},
	{"{'input':[{'role':'user','content':'a'},{'role':'tool','content':'hi'}]}", ERR_INVALID,
		"input[1]"},
	{"{'input':[{'type':'reasoning','summary':[]}]}", ERR_INVALID, "input"},
	{"{'input':[{'role':'user'}]}", ERR_INVALID, "input[0].content"},
	{"{'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:,'}]}]}",
		ERR_INVALID, "input[0].content[0]"},
	{"{'input':[{'type':'function_call','call_id':'c','name':'f','arguments':'{}'}]}",
		ERR_INVALID, "input"},
	{"{'input':[{'type':'function_call_output','call_id':'c','output':'42'}]}", ERR_INVALID,
		"input"},
	{"{'input':[{'type':'function_call','call_id':'c','arguments':'{}'}]}", ERR_INVALID,
		"input[0]"},
	{"{'input':[{'type':'function_call','name':'f','arguments':'{}'}]}", ERR_INVALID,
		"input[0]"},
	{"{'input':[{'type':'custom_tool_call','name':'f','input':'x'}]}", ERR_INVALID, "input[0]"},
	{"{'input':[{'role':'user','content':'a'},{'type':'function_call_output','output':'42'}]}",
		ERR_INVALID, "input[1]"},
	{"{'input':[{'type':'item_reference'}]}", ERR_UNSUPPORTED, "input[0]"},
	{"{'input':[{'type':'item_reference','id':'msg_1'}]}", ERR_UNSUPPORTED, "input[0]"},
	{"{'input':[{'type':null,'id':'msg_1'}]}", ERR_UNSUPPORTED, "input[0]"},
	{"{'input':'hi','include':'reasoning.encrypted_content'}", ERR_INVALID, "include"},
	{"{'input':'hi','text':'xml'}", ERR_INVALID, "text"},
	{"{'input':'hi','reasoning':'high'}", ERR_INVALID, "reasoning"},
	{"{'input':'hi','reasoning':{'effort':'hard'}}", ERR_INVALID, "reasoning.effort"},
	{"{'input':'hi','text':{'format':{'type':'xml'}}}", ERR_INVALID, "text.format"},
	{"{'input':'hi','text':{'format':{'type':'json_schema','schema':{'enum':5}}}}", ERR_INVALID,
		"text.format.schema.enum"},
	{"{'input':'hi','max_output_tokens':0}", ERR_INVALID, "max_output_tokens"},
	{"{'input':'hi','instructions':5}", ERR_INVALID, "instructions"},
	{"{'input':'hi','metadata':'m'}", ERR_INVALID, "metadata"},
	{"{'input':'hi','metadata':[]}", ERR_INVALID, "metadata"},
	{"{'input':'hi','stream':1}", ERR_INVALID, "stream"},
	{"{'input':'hi','background':true}", ERR_UNSUPPORTED, "background"},
};

/* Nothing of a wrong type is taken for absent. */
static const struct {
	const char *body, *param;
} wrong_types[] = {
	{"{'input':[{'role':5,'content':'hi'}]}", "input[0].role"},
	{"{'input':[{'type':5,'role':'user','content':'hi'}]}", "input[0].type"},
	{"{'input':[{'role':'user','content':5}]}", "input[0].content"},
	{"{'input':[{'role':'user','content':[{'type':'input_text','text':5}]}]}",
		"input[0].content[0].text"},
	{"{'input':[{'type':'function_call','call_id':true,'name':'f'}]}", "input[0].call_id"},
	{"{'input':[{'type':'function_call','call_id':'c','name':['f']}]}", "input[0].name"},
	{"{'input':[{'type':'function_call','call_id':'c','name':'f','namespace':5}]}",
		"input[0].namespace"},
	{"{'input':[{'type':'custom_tool_call','call_id':'c','name':5}]}", "input[0].name"},
	{"{'input':[{'type':'function_call_output','call_id':{},'output':''}]}",
		"input[0].call_id"},
	{"{'input':[{'type':'reasoning','encrypted_content':5}]}", "input[0].encrypted_content"},
	{"{'input':[{'type':'item_reference','id':5}]}", "input[0].id"},
	{"{'input':'hi','model':['opus']}", "model"},
	{"{'input':'hi','stream':'true'}", "stream"},
	{"{'input':'hi','parallel_tool_calls':'no'}", "parallel_tool_calls"},
	{"{'input':'hi','temperature':'1'}", "temperature"},
	{"{'input':'hi','max_output_tokens':'5'}", "max_output_tokens"},
	{"{'input':'hi','instructions':['be brief']}", "instructions"},
	{"{'input':'hi','metadata':'m'}", "metadata"},
	{"{'input':'hi','text':[]}", "text"},
	{"{'input':'hi','text':{'format':{'type':5}}}", "text.format.type"},
	{"{'input':'hi','reasoning':[]}", "reasoning"},
	{"{'input':'hi','reasoning':{'summary':true}}", "reasoning.summary"},
	{"{'input':'hi','reasoning':{'generate_summary':5}}", "reasoning.generate_summary"},
	{"{'input':'hi','reasoning':{'effort':5}}", "reasoning.effort"},
	{"{'input':'hi','include':{}}", "include"},
	{"{'input':'hi','include':[5]}", "include"},
};

TEST(wrong_types)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_types); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_responses, &req, wrong_types[i].body, &err) == -1,
			"%s is taken", wrong_types[i].body);
		check_err(wrong_types[i].body, &err, ERR_INVALID, wrong_types[i].param);
		assert_non_null(strstr(err.message, wrong_types[i].param));
	}
}

TEST(refusals)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_responses, &req, refused[i].body, &err) == -1, "%s is taken",
			refused[i].body);
		check_err(refused[i].body, &err, refused[i].kind, refused[i].param);
	}
}

/* Every member of the answer that repeats the request, and what holds where it says nothing. */
TEST(echoes)
{
	static const struct {
		const char *body, *echo;
	} rows[] = {
		{"{'input':'hi'}",
			"{'instructions':null,'max_output_tokens':null,'max_tool_calls':null,"
			"'metadata':{},'parallel_tool_calls':true,'prompt_cache_key':null,"
			"'reasoning':{'effort':null,'summary':null},'safety_identifier':null,"
			"'temperature':1,'text':{'format':{'type':'text'}},'tool_choice':'auto',"
			"'tools':[],'top_p':1,'truncation':'disabled','user':null}"},
		{"{'input':'hi','model':'opus','stream':true,'store':true,"
		 "'instructions':'be \\'brief\\'','max_output_tokens':99,'max_tool_calls':3,"
		 "'metadata':{'a':'x','b':'\\u00e9'},'parallel_tool_calls':false,"
		 "'prompt_cache_key':'k','reasoning':{'effort':'low'},'safety_identifier':'s',"
		 "'temperature':0.5,'text':{'format':{'type':'json_object'},'verbosity':'low'},"
		 "'tool_choice':'required','tools':[{'type':'function','name':'f','strict':true}],"
		 "'top_p':0.25,'truncation':'auto','user':'u'}",
			"{'instructions':'be \\'brief\\'','max_output_tokens':99,"
			"'max_tool_calls':3,'metadata':{'a':'x','b':'\xc3\xa9'},"
			"'parallel_tool_calls':false,'prompt_cache_key':'k',"
			"'reasoning':{'effort':'low'},'safety_identifier':'s','temperature':0.5,"
			"'text':{'format':{'type':'json_object'},'verbosity':'low'},"
			"'tool_choice':'required','tools':[{'type':'function','name':'f',"
			"'strict':true}],'top_p':0.25,'truncation':'auto','user':'u'}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *want = json_of(rows[i].echo);
		CLEANUP_JSON cJSON *got = NULL;
		CLEANUP(request_finish) struct request req;

		ask(&wire_responses, &req, rows[i].body);
		got = cJSON_Parse(req.echo);
		check_json(rows[i].body, got, want);
	}
}

TEST(model_and_stream)
{
	CLEANUP(request_finish) struct request said, unsaid;

	ask(&wire_responses, &said, "{'input':'hi','model':'opus','stream':true}");
	assert_string_equal(said.model, "opus");
	assert_true(said.stream);
	ask(&wire_responses, &unsaid, "{'input':'hi'}");
	assert_string_equal(unsaid.model, "");
	assert_false(unsaid.stream);
}

TEST(reasoning_wishes)
{
	static const struct {
		const char *body;
		bool summary, signature;
	} rows[] = {
		{"{'input':'hi'}", false, false},
		{"{'input':'hi','reasoning':{'effort':'high'},'include':[]}", false, false},
		{"{'input':'hi','reasoning':{'summary':null}}", false, false},
		{"{'input':'hi','reasoning':{'summary':'auto'}}", true, false},
		{"{'input':'hi','reasoning':{'summary':'detailed'}}", true, false},
		{"{'input':'hi','reasoning':{'generate_summary':'concise'}}", true, false},
		{"{'input':'hi','include':['reasoning.encrypted_content']}", false, true},
		{"{'input':'hi','include':['message.output_text.logprobs']}", false, false},
		{"{'input':'hi','reasoning':{'summary':'auto'},'include':"
		 "['file_search_call.results','reasoning.encrypted_content']}",
			true, true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_responses, &req, rows[i].body);
		check(req.wants_summary == rows[i].summary, "%s: summary", rows[i].body);
		check(req.wants_signature == rows[i].signature, "%s: signature", rows[i].body);
	}
}

/* Thinking of ours is replayed before the call that it led to; without a seal it is dropped. */
TEST(sealed_reasoning)
{
	CLEANUP_FREE char *sealed = responses_seal("hm", "c2ln");
	CLEANUP_BUF struct buf body = BUF_INIT(10000);
	CLEANUP(request_finish) struct request req;

	buf_printf(&body,
		"{'input':[{'role':'user','content':'a'},{'type':'reasoning','id':'rs_1',"
		"'summary':[{'type':'summary_text','text':'other'}],'encrypted_content':'%s'},"
		"{'type':'reasoning','id':'rs_2','summary':[]},"
		"{'type':'function_call','call_id':'call_1','name':'f','arguments':'{}'},"
		"{'type':'function_call_output','call_id':'call_1','output':'o'}]}",
		sealed);
	ask(&wire_responses, &req, body.data);
	check_conversation("replayed", &req,
		"user a\nassistant [thinking hm signed c2ln]|[call call1 f {}]\n"
		"user [result call1: o]\n");
}

TEST(seal)
{
	static const char *const others[] = {"", "x", "gAAAAABl", "e30", "W10", "bnVsbA",
		"eyJ0aGlua2luZyI6ImEifQ", "eyJzaWduYXR1cmUiOiJhIn0", "not base64!"};
	static const char *const texts[] = {"", "hm", "a\n\"b\" caf\xc3\xa9 \xf0\x9f\x98\x80"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP_FREE char *sealed = responses_seal(texts[i], "s/+=");
		CLEANUP_JSON cJSON *opened = responses_unseal(sealed);

		assert_non_null(opened);
		assert_string_equal(json_get_string(opened, "thinking"), texts[i]);
		assert_string_equal(json_get_string(opened, "signature"), "s/+=");
		check(strspn(sealed, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789-_") == strlen(sealed),
			"%s", sealed);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		check(responses_unseal(others[i]) == NULL, "'%s' is opened", others[i]);
}
