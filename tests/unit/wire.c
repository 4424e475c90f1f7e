/* What both of OpenAI's formats read the same way: the parameters and the parts of a content. */
#include "wire/wire.h"

#include "support/check.h"
#include "support/describe.h"

static const struct {
	const char *body;
	const char *param; /* what is refused; NULL: served */
} parameters[] = {
	{"{}", NULL},
	{"{'n':1}", NULL},
	{"{'n':2}", "n"},
	{"{'n':'2'}", "n"},
	{"{'logprobs':false}", NULL},
	{"{'logprobs':true}", "logprobs"},
	{"{'audio':{'voice':'alloy','format':'wav'}}", "audio"},
	{"{'modalities':['text']}", NULL},
	{"{'modalities':['text','audio']}", "modalities"},
	{"{'stop':[]}", NULL},
	{"{'stop':'END'}", "stop"},
	{"{'stop':['END']}", "stop"},
	{"{'functions':[]}", NULL},
	{"{'functions':[{'name':'f'}]}", "functions"},
	{"{'response_format':{'type':'text'}}", NULL},
	{"{'response_format':{'type':'json_object'}}", "response_format"},
	{"{'response_format':{'type':'json_schema','json_schema':{}}}", "response_format"},
	{"{'text':{}}", NULL},
	{"{'text':{'format':{'type':'text'},'verbosity':'low'}}", NULL},
	{"{'text':{'format':{'type':'json_schema'}}}", "text"},
	{"{'background':false}", NULL},
	{"{'background':true}", "background"},
	{"{'conversation':'conv_1'}", "conversation"},
	{"{'conversation':{'id':'conv_1'}}", "conversation"},
	{"{'previous_response_id':'resp_1'}", "previous_response_id"},
	{"{'prompt':{'id':'pmpt_1'}}", "prompt"},
	{"{'tools':[]}", NULL},
	{"{'tools':[{'type':'function','function':{'name':'f'}}]}", "tools"},
	{"{'tools':[{'type':'function'}],'tool_choice':'auto'}", "tools"},
	{"{'tools':[{'type':'function'}],'tool_choice':{'type':'function'}}", "tools"},
	{"{'tools':[{'type':'function'}],'tool_choice':'none'}", NULL},
	{"{'tools':[],'tool_choice':'auto'}", NULL},
	/* null is "not set" for every one */
	{"{'n':null,'logprobs':null,'audio':null,'modalities':null,'stop':null,'functions':null,"
	 "'response_format':null,'text':null,'background':null,'conversation':null,"
	 "'previous_response_id':null,'prompt':null,'tools':null,'tool_choice':null,'model':null,"
	 "'stream':null}",
		NULL},
	/* sampling, bookkeeping, limits and what nobody knows */
	{"{'temperature':0,'top_p':0.1,'seed':1,'presence_penalty':1,'frequency_penalty':1,"
	 "'logit_bias':{'50256':-100},'user':'u','metadata':{'a':'b'},'store':true,"
	 "'service_tier':'auto','verbosity':'low','prompt_cache_key':'k','safety_identifier':'s',"
	 "'truncation':'auto','include':[],'parallel_tool_calls':true,'max_tokens':64000,"
	 "'max_completion_tokens':1,'max_output_tokens':1,'reasoning':{'effort':'low'},"
	 "'reasoning_effort':'low','top_logprobs':0,'client_metadata':{},'unheard_of':[1]}",
		NULL},
};

static void test_parameters(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(parameters); i++) {
		CLEANUP_JSON cJSON *body = json_of(parameters[i].body);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};
		int result;

		request_init(&req);
		result = wire_parse_common(&req, body, &err);
		if (parameters[i].param == NULL) {
			check(result == 0, "%s: %s", parameters[i].body, err.message);
			continue;
		}
		check(result == -1, "%s is served", parameters[i].body);
		check_err(parameters[i].body, &err, ERR_UNSUPPORTED, parameters[i].param);
	}
}

static void test_model_and_stream(void **state)
{
	static const struct {
		const char *body;
		const char *model;
		bool stream;
		const char *param; /* at fault */
	} rows[] = {
		{"{}", "", false, NULL},
		{"{'model':null,'stream':null}", "", false, NULL},
		{"{'model':'sonnet','stream':true}", "sonnet", true, NULL},
		{"{'model':'a\\u00e9','stream':false}", "a\xc3\xa9", false, NULL},
		{"{'model':5}", NULL, false, "model"},
		{"{'model':['sonnet']}", NULL, false, "model"},
		{"{'stream':'true'}", NULL, false, "stream"},
		{"{'stream':1}", NULL, false, "stream"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *body = json_of(rows[i].body);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};
		int result;

		request_init(&req);
		result = wire_parse_common(&req, body, &err);
		if (rows[i].model == NULL) {
			check(result == -1, "%s is taken", rows[i].body);
			check_err(rows[i].body, &err, ERR_INVALID, rows[i].param);
			continue;
		}
		check(result == 0, "%s: %s", rows[i].body, err.message);
		assert_string_equal(req.model, rows[i].model);
		assert_int_equal(req.stream, rows[i].stream);
	}
}

static const struct {
	const char *content;
	const char *user; /* as a user turn; NULL: refused */
	const char *system;
	const char *param; /* at fault */
} contents[] = {
	{"null", "user \n", "", NULL},
	{"''", "user \n", "", NULL},
	{"'a'", "user a\n", "system a\n", NULL},
	{"[]", "user \n", "", NULL},
	{"[{'type':'text','text':'a'},{'type':'text','text':'b'}]", "user a|b\n", "system a\n\nb\n",
		NULL},
	{"[{'type':'input_text','text':'a'},{'type':'output_text','text':'b','annotations':[]}]",
		"user a|b\n", "system a\n\nb\n", NULL},
	{"[{'type':'refusal','refusal':'no'}]", "user no\n", "system no\n", NULL},
	{"[{'type':'text','text':''},{'type':'text','text':'b'}]", "user b\n", "system b\n", NULL},
	{"[{'type':'text','text':'a','cache_control':{'type':'ephemeral'},'role':'user'}]",
		"user a\n", "system a\n", NULL},
	{"5", NULL, NULL, "here"},
	{"{'type':'text','text':'a'}", NULL, NULL, "here"},
	{"['a']", NULL, NULL, "here[0]"},
	{"[{'text':'a'}]", NULL, NULL, "here[0]"},
	{"[{'type':'text','text':'a'},{'type':'text'}]", NULL, NULL, "here[1]"},
	{"[{'type':'text','text':5}]", NULL, NULL, "here[0]"},
	{"[{'type':'image_url','image_url':{'url':'data:,'}}]", NULL, NULL, "here[0]"},
	{"[{'type':'text','text':'a'},{'type':'input_image','image_url':'data:,'}]", NULL, NULL,
		"here[1]"},
	{"[{'type':'input_audio','input_audio':{}}]", NULL, NULL, "here[0]"},
	{"[{'type':'file','file':{'file_id':'f'}}]", NULL, NULL, "here[0]"},
};

static void check_content(size_t row, bool as_system)
{
	CLEANUP_JSON cJSON *content = json_of(contents[row].content);
	CLEANUP_BUF struct buf text = BUF_INIT(1000);
	CLEANUP(request_finish) struct request req;
	struct err err = {0};
	struct turn *t;
	int result;

	request_init(&req);
	t = as_system ? NULL : request_add_turn(&req, ROLE_USER);
	result = wire_parse_content(&req, t, content, "here", &err);
	if (contents[row].user == NULL) {
		check(result == -1, "%s is taken", contents[row].content);
		check_err(contents[row].content, &err, ERR_INVALID, contents[row].param);
		return;
	}
	check(result == 0, "%s: %s", contents[row].content, err.message);
	describe_request(&text, &req);
	assert_string_equal(buf_str(&text), as_system ? contents[row].system : contents[row].user);
}

static void test_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(contents); i++) {
		check_content(i, false);
		check_content(i, true);
	}
}

static void test_no_content(void **state)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	(void)state;
	request_init(&req);
	assert_int_equal(wire_parse_content(&req, NULL, NULL, "here", &err), 0);
	assert_int_equal(req.system.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_model_and_stream),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_no_content),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
