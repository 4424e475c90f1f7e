/* Answers of the chat format with calls, thinking and refusals, and signs of life. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/drive.h"
#include "support/frames.h"
#include "turn/answer.h"

#define CHUNK_OF(model, delta, finish)                                                             \
	"{'id':'chatcmpl-" DRIVE_ID "','object':'chat.completion.chunk','created':1700000000,"     \
	"'model':'" model "','choices':[{'index':0,'delta':" delta                                 \
	",'logprobs':null,'finish_reason':" finish "}]}"
#define CHUNK(delta, finish) CHUNK_OF("m1", delta, finish)
#define HEAD_DELTA           "{'role':'assistant','content':'','refusal':null}"
#define HEAD                 CHUNK(HEAD_DELTA, "null")
#define PIECE(index, text)                                                                         \
	CHUNK("{'tool_calls':[{'index':" index ",'function':{'arguments':'" text "'}}]}", "null")
#define BEGIN(index, id, name)                                                                     \
	CHUNK("{'tool_calls':[{'index':" index ",'id':'" id "','type':'function','function':"      \
	      "{'name':'" name "','arguments':''}}]}",                                             \
		"null")

static struct request req, with_schema, with_functions;

static int begin_requests(void **state)
{
	(void)state;
	ask(&wire_chat, &req,
		"{'messages':[{'role':'user','content':'hi'}],'tools':[{'type':'function',"
		"'function':{'name':'a.b'}},{'type':'custom','name':'c'}]}");
	ask(&wire_chat, &with_schema,
		"{'messages':[{'role':'user','content':'hi'}],"
		"'response_format':{'type':'json_object'}}");
	ask(&wire_chat, &with_functions,
		"{'messages':[{'role':'user','content':'hi'}],'functions':[{'name':'f'}]}");
	return 0;
}

static int end_requests(void **state)
{
	(void)state;
	request_finish(&req);
	request_finish(&with_schema);
	request_finish(&with_functions);
	return 0;
}

TEST_GROUP(begin_requests, end_requests);

static const struct event start = {.kind = EVENT_START, .model = "m1"};
static const struct event open_text = {.kind = EVENT_OPEN, .block = BLOCK_TEXT};
static const struct event text = {.kind = EVENT_TEXT, .text = "one"};
static const struct event sign = {.kind = EVENT_SIGN, .text = "c2ln"};
static const struct event close_block = {.kind = EVENT_CLOSE};
static const struct event stop_calls = {.kind = EVENT_STOP, .stop = STOP_CALLS};
static const struct event stop_refusal = {.kind = EVENT_STOP, .stop = STOP_REFUSAL};

static struct event open_call(const char *id)
{
	return (struct event){
		.kind = EVENT_OPEN, .block = BLOCK_CALL, .tool = &req.tools.list[0], .call_id = id};
}

/* The frames of the events and the message of the whole answer. */
static void check_turn(const struct request *request, const struct event *const *events,
	const char *frames, const char *message)
{
	struct wire_out o = drive_begin(request);
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	CLEANUP_BUF struct buf object = BUF_INIT(10000);
	CLEANUP_JSON cJSON *want = json_of(frames);
	CLEANUP_JSON cJSON *want_message = json_of(message);
	CLEANUP_JSON cJSON *got = NULL;
	CLEANUP_JSON cJSON *whole = NULL;

	for (; *events != NULL; events++)
		drive_event(&wire_chat, &o, *events, &out);
	got = frames_read(&out, false);
	check_json("frames", got, want);
	assert_int_equal(wire_chat.object(&o, &object), 0);
	whole = cJSON_Parse(object.data);
	check_json("message",
		json_get(cJSON_GetArrayItem(json_get(whole, "choices"), 0), "message"),
		want_message);
	wire_out_finish(&o);
}

/* The id has letters and digits only, as many as every client hands back. */
TEST(calls)
{
	const struct event one = open_call("toolu_01-A"),
			   two = open_call("0123456789012345678901234567890123456789-cut off");
	const struct event args = {.kind = EVENT_ARGS, .text = "{}"};
	const struct event *const turn[] = {&start, &open_text, &text, &close_block, &one, &args,
		&close_block, &two, &args, &close_block, &stop_calls, NULL};

	check_turn(&req, turn,
		"[" HEAD
		"," CHUNK("{'content':'one'}", "null") "," BEGIN("0", "toolu01A", "a.b") "," PIECE(
			"0", "{}") "," BEGIN("1", "0123456789012345678901234567890123456789",
			"a.b") "," PIECE("1", "{}") "," CHUNK("{}", "'tool_calls'") ",'[DONE]']",
		"{'role':'assistant','content':'one','refusal':null,'tool_calls':["
		"{'id':'toolu01A','type':'function','function':{'name':'a.b','arguments':'{}'}},"
		"{'id':'0123456789012345678901234567890123456789','type':'function','function':"
		"{'name':'a.b','arguments':'{}'}}]}");
}

#define CUSTOM_BEGIN                                                                               \
	CHUNK("{'tool_calls':[{'index':0,'id':'1','type':'custom','custom':{'name':'c',"           \
	      "'input':''}}]}",                                                                    \
		"null")
#define CUSTOM_PIECE(text)                                                                         \
	CHUNK("{'tool_calls':[{'index':0,'custom':{'input':'" text "'}}]}", "null")

/* The input of a custom tool is text, told when it is whole. */
TEST(custom_calls)
{
	const struct event one = {.kind = EVENT_OPEN,
		.block = BLOCK_CALL,
		.tool = &req.tools.list[1],
		.call_id = "1"};
	const struct event begin = {.kind = EVENT_ARGS, .text = "{\"input\":\"a\\"};
	const struct event end = {.kind = EVENT_ARGS, .text = "nb\"}"};
	const struct event *const turn[] = {
		&start, &one, &begin, &end, &close_block, &stop_calls, NULL};

	check_turn(&req, turn,
		"[" HEAD "," CUSTOM_BEGIN
		"," CUSTOM_PIECE("a\\nb") "," CHUNK("{}", "'tool_calls'") ",'[DONE]']",
		"{'role':'assistant','content':null,'refusal':null,'tool_calls':["
		"{'id':'1','type':'custom','custom':{'name':'c','input':'a\\nb'}}]}");
}

/* There is a place for one call. */
TEST(function_calls)
{
	const struct event one = {.kind = EVENT_OPEN,
		.block = BLOCK_CALL,
		.tool = &with_functions.tools.list[0],
		.call_id = "1"};
	const struct event args = {.kind = EVENT_ARGS, .text = "{}"};
	const struct event *const turn[] = {
		&start, &one, &args, &close_block, &one, &args, &close_block, &stop_calls, NULL};

	check_turn(&with_functions, turn,
		"[" HEAD "," CHUNK("{'function_call':{'name':'f','arguments':''}}",
			"null") "," CHUNK("{'function_call':{'arguments':'{}'}}",
			"null") "," CHUNK("{}", "'function_call'") ",'[DONE]']",
		"{'role':'assistant','content':null,'refusal':null,"
		"'function_call':{'name':'f','arguments':'{}'}}");
}

TEST(thinking)
{
	const struct event think = {.kind = EVENT_THINK, .text = "hm"};
	const struct event open_thinking = {.kind = EVENT_OPEN, .block = BLOCK_THINKING};
	const struct event one = open_call("1");
	const struct event args = {.kind = EVENT_ARGS, .text = "{}"};
	const struct event *const turn[] = {&start, &open_thinking, &think, &sign, &close_block,
		&one, &args, &close_block, &stop_calls, NULL};

	check_turn(&req, turn,
		"[" HEAD "," CHUNK("{'reasoning_content':'hm'}", "null") "," BEGIN("0", "1",
			"a.b") "," PIECE("0", "{}") "," CHUNK("{}", "'tool_calls'") ","
										    "'[DONE]']",
		"{'role':'assistant','content':null,'refusal':null,'reasoning_content':'hm',"
		"'tool_calls':[{'id':'1','type':'function','function':{'name':'a.b',"
		"'arguments':'{}'}}]}");
}

/* With a schema the message says that it is a refusal, and the turn ended well. */
TEST(refusals)
{
	const struct event *const turn[] = {&start, &stop_refusal, NULL};

	check_turn(&with_schema, turn,
		"[" HEAD "," CHUNK("{'refusal':'" ANSWER_REFUSAL "'}", "null") "," CHUNK(
			"{}", "'stop'") ",'[DONE]']",
		"{'role':'assistant','content':null,'refusal':'" ANSWER_REFUSAL "'}");
	check_turn(&req, turn, "[" HEAD "," CHUNK("{}", "'content_filter'") ",'[DONE]']",
		"{'role':'assistant','content':'','refusal':null}");
}

/* Before the head a sign of life is the head, once; later it is a chunk that says nothing. */
TEST(beats)
{
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	CLEANUP_JSON cJSON *want = json_of(
		"[" CHUNK_OF(DRIVE_MODEL, HEAD_DELTA, "null") "," CHUNK_OF(DRIVE_MODEL, "{}",
			"null") "," CHUNK("{'content':'one'}", "null") "," CHUNK("{}", "null") "]");
	CLEANUP_JSON cJSON *got = NULL;

	assert_int_equal(wire_chat.beat(&o, &out), 0);
	assert_int_equal(wire_chat.beat(&o, &out), 0);
	drive_event(&wire_chat, &o, &start, &out);
	drive_event(&wire_chat, &o, &open_text, &out);
	drive_event(&wire_chat, &o, &text, &out);
	assert_int_equal(wire_chat.beat(&o, &out), 0);
	got = frames_read(&out, false);
	check_json("beats", got, want);
	wire_out_finish(&o);
}

TEST(beat_when_full)
{
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf small = BUF_INIT(20);

	assert_int_equal(wire_chat.beat(&o, &small), -1);
	assert_int_equal(wire_chat.beat(&o, &small), -1);
	wire_out_finish(&o);
}
