/* Requests as the clients of the Responses format send them. */
#include "support/check.h"
#include "support/describe.h"
#include "wire/wire.h"

static const struct {
	const char *body;
	const char *conversation;
} taken[] = {
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
	{"{'instructions':'only this','input':[]}", "user only this\n"},
	{"{'instructions':'only this','input':''}", "user only this\n"},
};

static void test_conversations(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		CLEANUP_JSON cJSON *body = json_of(taken[i].body);
		CLEANUP_BUF struct buf text = BUF_INIT(1000);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		check(wire_responses.parse(&req, body, &err) == 0, "%s: %s", taken[i].body,
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
	{"{}", ERR_INVALID, "input"},
	{"{'input':null}", ERR_INVALID, "input"},
	{"{'input':5}", ERR_INVALID, "input"},
	{"{'input':{'role':'user','content':'hi'}}", ERR_INVALID, "input"},
	{"{'input':''}", ERR_INVALID, "input"},
	{"{'input':[]}", ERR_INVALID, "input"},
	{"{'input':['hi']}", ERR_INVALID, "input[0]"},
	{"{'input':[{'content':'hi'}]}", ERR_INVALID, "input[0]"},
	{"{'input':[{'role':'user','content':'a'},{'role':'tool','content':'hi'}]}", ERR_INVALID,
		"input[1]"},
	{"{'input':[{'role':'user'}]}", ERR_INVALID, "input[0].content"},
	{"{'input':[{'role':'user','content':[{'type':'input_image','image_url':'data:,'}]}]}",
		ERR_INVALID, "input[0].content[0]"},
	{"{'input':[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]}",
		ERR_INVALID, "input"},
	{"{'input':[{'type':'function_call','call_id':'c','name':'f','arguments':'{}'}]}",
		ERR_UNSUPPORTED, "input[0]"},
	{"{'input':[{'type':'function_call_output','call_id':'c','output':'42'}]}", ERR_UNSUPPORTED,
		"input[0]"},
	{"{'input':'hi','instructions':5}", ERR_INVALID, "instructions"},
	{"{'input':'hi','metadata':'m'}", ERR_INVALID, "metadata"},
	{"{'input':'hi','metadata':[]}", ERR_INVALID, "metadata"},
	{"{'input':'hi','stream':1}", ERR_INVALID, "stream"},
	{"{'input':'hi','background':true}", ERR_UNSUPPORTED, "background"},
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP_JSON cJSON *body = json_of(refused[i].body);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		check(wire_responses.parse(&req, body, &err) == -1, "%s is taken", refused[i].body);
		check_err(refused[i].body, &err, refused[i].kind, refused[i].param);
	}
}

static void test_echoes(void **state)
{
	CLEANUP_JSON cJSON *body = json_of("{'input':'hi','instructions':'be brief','metadata':"
					   "{'a':'x','b':'\\u00e9'},'model':'opus','stream':true}");
	CLEANUP_JSON cJSON *metadata = json_of("{'a':'x','b':'\xc3\xa9'}");
	CLEANUP_JSON cJSON *got = NULL;
	CLEANUP(request_finish) struct request req;
	struct err err;

	(void)state;
	request_init(&req);
	assert_int_equal(wire_responses.parse(&req, body, &err), 0);
	assert_string_equal(req.instructions, "be brief");
	assert_string_equal(req.model, "opus");
	assert_true(req.stream);
	got = cJSON_Parse(req.metadata);
	check_json("metadata", got, metadata);
}

static void test_no_echoes(void **state)
{
	CLEANUP_JSON cJSON *body = json_of("{'input':'hi'}");
	CLEANUP(request_finish) struct request req;
	struct err err;

	(void)state;
	request_init(&req);
	assert_int_equal(wire_responses.parse(&req, body, &err), 0);
	assert_null(req.instructions);
	assert_null(req.metadata);
	assert_string_equal(req.model, "");
	assert_false(req.stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_conversations),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_echoes),
		cmocka_unit_test(test_no_echoes),
	};

	return cmocka_run_group_tests_name("responses_parse", tests, NULL, NULL);
}
