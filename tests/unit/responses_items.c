/* The output items of the Responses format: calls, reasoning, refusals, and signs of life. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/drive.h"
#include "support/frames.h"
#include "wire/responses.h"

static struct request req;

static int begin_request(void **state)
{
	(void)state;
	ask(&wire_responses, &req,
		"{'input':'hi','tools':[{'type':'function','name':'a.b'},{'type':'custom','name':"
		"'g'},{'type':'namespace','name':'n','tools':[{'type':'function','name':'a.b'}]},"
		"{'type':'tool_search','execution':'client'}]}");
	return 0;
}

static int end_request(void **state)
{
	(void)state;
	request_finish(&req);
	return 0;
}

TEST_GROUP(begin_request, end_request);

static const struct event start = {.kind = EVENT_START, .model = "m1"};
static const struct event open_text = {.kind = EVENT_OPEN, .block = BLOCK_TEXT};
static const struct event open_thinking = {.kind = EVENT_OPEN, .block = BLOCK_THINKING};
static const struct event text = {.kind = EVENT_TEXT, .text = "one"};
static const struct event hm = {.kind = EVENT_THINK, .text = "hm"};
static const struct event so = {.kind = EVENT_THINK, .text = " so"};
static const struct event sign = {.kind = EVENT_SIGN, .text = "c2ln"};
static const struct event args = {.kind = EVENT_ARGS, .text = "{}"};
static const struct event close_block = {.kind = EVENT_CLOSE};
static const struct event stop_end = {.kind = EVENT_STOP, .stop = STOP_END};
static const struct event stop_calls = {.kind = EVENT_STOP, .stop = STOP_CALLS};
static const struct event stop_length = {.kind = EVENT_STOP, .stop = STOP_LENGTH};
static const struct event stop_refusal = {.kind = EVENT_STOP, .stop = STOP_REFUSAL};

static struct event open_call(size_t tool, const char *id)
{
	return (struct event){.kind = EVENT_OPEN,
		.block = BLOCK_CALL,
		.tool = &req.tools.list[tool],
		.call_id = id};
}

/* Numbers count on; they and the response objects are left out of what is compared. */
static void take_numbers(cJSON *events)
{
	cJSON *ev;
	int n = 0;

	cJSON_ArrayForEach(ev, events)
	{
		check(json_get_number(ev, "sequence_number") == n, "event %d: its number", n);
		cJSON_DeleteItemFromObjectCaseSensitive(ev, "sequence_number");
		cJSON_DeleteItemFromObjectCaseSensitive(ev, "response");
		n++;
	}
}

/* The events between the first two and the last, and the output of the whole answer. */
static void check_turn(const struct request *request, const struct event *const *turn,
	const char *want, const char *output)
{
	struct wire_out o = drive_begin(request);
	CLEANUP_BUF struct buf frames = BUF_INIT(100000);
	CLEANUP_BUF struct buf object = BUF_INIT(100000);
	CLEANUP_JSON cJSON *expected = json_of(want);
	CLEANUP_JSON cJSON *expected_output = json_of(output);
	CLEANUP_JSON cJSON *events = NULL;
	CLEANUP_JSON cJSON *whole = NULL;
	CLEANUP_JSON cJSON *last = NULL;

	for (; *turn != NULL; turn++)
		drive_event(&wire_responses, &o, *turn, &frames);
	events = frames_read(&frames, true);
	last = cJSON_Duplicate(cJSON_GetArrayItem(events, cJSON_GetArraySize(events) - 1), true);
	take_numbers(events);
	cJSON_DeleteItemFromArray(events, 0);
	cJSON_DeleteItemFromArray(events, 0);
	cJSON_DeleteItemFromArray(events, cJSON_GetArraySize(events) - 1);
	check_json("events", events, expected);
	assert_int_equal(wire_responses.object(&o, &object), 0);
	whole = cJSON_Parse(object.data);
	check_json("output", json_get(whole, "output"), expected_output);
	check_json("last event", json_get(last, "response"), whole);
	wire_out_finish(&o);
}

#define ADDED(index, item)                                                                         \
	"{'type':'response.output_item.added','output_index':" index ",'item':" item "}"
#define DONE(index, item)                                                                          \
	"{'type':'response.output_item.done','output_index':" index ",'item':" item "}"
#define INSIDE(type, id, index, rest)                                                              \
	"{'type':'response." type "','item_id':'" id "','output_index':" index "," rest "}"
#define FC(n) "fc_" DRIVE_ID n
#define CALL(n, status, call_id, rest, arguments)                                                  \
	"{'id':'" FC(n) "','type':'function_call','status':'" status "','call_id':'" call_id       \
			"','name':'a.b'" rest ",'arguments':'" arguments "'}"

/* An item is done when the next begins or the answer ends; a namespace goes with the name. */
TEST(calls)
{
	const struct event one = open_call(0, "toolu_01-A"), two = open_call(2, "toolu_2");
	const struct event *const turn[] = {
		&start, &one, &args, &close_block, &two, &args, &close_block, &stop_calls, NULL};
#define ONE(status, arguments) CALL("00", status, "call_toolu01A", "", arguments)
#define TWO(status, arguments) CALL("01", status, "call_toolu2", ",'namespace':'n'", arguments)

	check_turn(&req, turn,
		"[" ADDED("0", ONE("in_progress", "")) "," INSIDE("function_call_arguments.delta",
			FC("00"), "0", "'delta':'{}'") "," INSIDE("function_call_arguments.done",
			FC("00"), "0", "'name':'a.b','arguments':'{}'") "," DONE("0",
			ONE("completed", "{}")) "," ADDED("1",
			TWO("in_progress", "")) "," INSIDE("function_call_arguments.delta",
			FC("01"), "1",
			"'delta':'{}'") "," INSIDE("function_call_arguments.done", FC("01"), "1",
			"'name':'a.b','arguments':'{}'") "," DONE("1", TWO("completed", "{}")) "]",
		"[" ONE("completed", "{}") "," TWO("completed", "{}") "]");
}

/* A call that was cut short is no whole one, though its block was closed. */
TEST(call_cut_short)
{
	const struct event one = open_call(0, "1");
	const struct event *const turn[] = {&start, &one, &args, &close_block, &stop_length, NULL};
#define CUT(status, arguments) CALL("00", status, "call_1", "", arguments)

	check_turn(&req, turn,
		"[" ADDED("0", CUT("in_progress", "")) "," INSIDE("function_call_arguments.delta",
			FC("00"), "0",
			"'delta':'{}'") "," INSIDE("function_call_arguments.done", FC("00"), "0",
			"'name':'a.b','arguments':'{}'") "," DONE("0", CUT("incomplete", "{}")) "]",
		"[" CUT("incomplete", "{}") "]");
}

#define CTC "ctc_" DRIVE_ID "00"
#define CUSTOM(status, input)                                                                      \
	"{'id':'" CTC "','type':'custom_tool_call','status':'" status "','call_id':'call_1',"      \
	"'name':'g','input':'" input "'}"

/* The input of a custom tool is text: it comes out of its arguments when they are whole. */
TEST(custom_calls)
{
	static const struct {
		const char *first, *second, *input;
	} rows[] = {
		{"{\"input\":\"a", "\\\"b\\u00e9\"}", "a\\'b\xc3\xa9"},
		{"{\"input\":", "\"\"}", ""},
		{"{\"other\":1", "}", ""},
		{"{\"input\":", "5}", ""},
		{"{\"inp", "", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct event one = open_call(1, "1");
		const struct event first = {.kind = EVENT_ARGS, .text = rows[i].first};
		const struct event second = {.kind = EVENT_ARGS, .text = rows[i].second};
		const struct event *const turn[] = {
			&start, &one, &first, &second, &close_block, &stop_calls, NULL};
		CLEANUP_BUF struct buf want = BUF_INIT(10000);
		CLEANUP_BUF struct buf output = BUF_INIT(10000);

		buf_printf(&want,
			"[" ADDED("0", CUSTOM("in_progress", "")) "," INSIDE(
				"custom_tool_call_input.delta", CTC, "0",
				"'delta':'%s'") "," INSIDE("custom_tool_call_input.done", CTC, "0",
				"'input':'%s'") "," DONE("0", CUSTOM("completed", "%s")) "]",
			rows[i].input, rows[i].input, rows[i].input);
		buf_printf(&output, "[" CUSTOM("completed", "%s") "]", rows[i].input);
		check_turn(&req, turn, want.data, output.data);
	}
}

#define TSC "tsc_" DRIVE_ID "00"
#define SEARCH(status, arguments)                                                                  \
	"{'id':'" TSC "','type':'tool_search_call','status':'" status "','call_id':'call_1',"      \
	"'execution':'client','arguments':" arguments "}"

/* A search is an item without events of its own; what it looks for is an object. */
TEST(searches)
{
	static const struct {
		const char *first, *second, *status, *arguments;
		enum stop_reason stop;
	} rows[] = {
		{"{\"query\":", "\"a\\n\",\"limit\":8}", "completed", "{'query':'a\\n','limit':8}",
			STOP_CALLS},
		{"{}", "", "completed", "{}", STOP_CALLS},
		{"{\"a\":\"\\u0000\"", "}", "completed", "{'a':'\xef\xbf\xbd'}", STOP_CALLS},
		{"[1]", "", "completed", "{}", STOP_CALLS},
		{"{\"query\":", "\"a", "incomplete", "{}", STOP_LENGTH},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct event one = open_call(3, "1");
		const struct event first = {.kind = EVENT_ARGS, .text = rows[i].first};
		const struct event second = {.kind = EVENT_ARGS, .text = rows[i].second};
		const struct event stop = {.kind = EVENT_STOP, .stop = rows[i].stop};
		const struct event *const turn[] = {
			&start, &one, &first, &second, &close_block, &stop, NULL};
		CLEANUP_BUF struct buf want = BUF_INIT(10000);
		CLEANUP_BUF struct buf output = BUF_INIT(10000);

		buf_printf(&output, "[" SEARCH("%s", "%s") "]", rows[i].status, rows[i].arguments);
		buf_printf(&want,
			"[" ADDED("0", SEARCH("in_progress", "{}")) "," DONE(
				"0", SEARCH("%s", "%s")) "]",
			rows[i].status, rows[i].arguments);
		check_turn(&req, turn, want.data, output.data);
	}
}

#define RS "rs_" DRIVE_ID "00"
#define REASONING(status, summary, rest)                                                           \
	"{'id':'" RS "','type':'reasoning','status':'" status "','summary':[" summary "]" rest "}"
#define SUMMARY(text) "{'type':'summary_text','text':'" text "'}"
#define SUMMARY_EVENT(type, rest)                                                                  \
	INSIDE("reasoning_summary_" type, RS, "0", "'summary_index':0," rest)
/* base64 of {"thinking":"hm so","signature":"c2ln"} */
#define SEAL ",'encrypted_content':'eyJ0aGlua2luZyI6ImhtIHNvIiwic2lnbmF0dXJlIjoiYzJsbiJ9'"
#define SAID                                                                                       \
	SUMMARY_EVENT("part.added", "'part':" SUMMARY(""))                                         \
	"," SUMMARY_EVENT("text.delta", "'delta':'hm'") "," SUMMARY_EVENT(                         \
		"text.delta", "'delta':' so'") "," SUMMARY_EVENT("text.done",                      \
		"'text':'hm so'") "," SUMMARY_EVENT("part.done", "'part':" SUMMARY("hm so")) ","

static const struct event *const thoughts[] = {
	&start, &open_thinking, &hm, &so, &sign, &close_block, &stop_end, NULL};

/* What of the thinking is shown is what was asked for. */
TEST(reasoning)
{
	check_turn(&(struct request){0}, thoughts, "[]", "[]");
	check_turn(&(struct request){.wants_summary = true}, thoughts,
		"[" ADDED("0", REASONING("in_progress", "", "")) "," SAID DONE(
			"0", REASONING("completed", SUMMARY("hm so"), "")) "]",
		"[" REASONING("completed", SUMMARY("hm so"), "") "]");
	check_turn(&(struct request){.wants_signature = true}, thoughts,
		"[" ADDED("0", REASONING("in_progress", "", "")) "," DONE(
			"0", REASONING("completed", "", SEAL)) "]",
		"[" REASONING("completed", "", SEAL) "]");
	check_turn(&(struct request){.wants_summary = true, .wants_signature = true}, thoughts,
		"[" ADDED("0", REASONING("in_progress", "", "")) "," SAID DONE(
			"0", REASONING("completed", SUMMARY("hm so"), SEAL)) "]",
		"[" REASONING("completed", SUMMARY("hm so"), SEAL) "]");
}

/* Thinking without words has no summary part; without a signature it cannot be sent back. */
TEST(silent_reasoning)
{
	const struct request wants = {.wants_summary = true, .wants_signature = true};
	const struct event *const turn[] = {&start, &open_thinking, &close_block, &stop_end, NULL};

	check_turn(&wants, turn,
		"[" ADDED("0", REASONING("in_progress", "", "")) "," DONE(
			"0", REASONING("completed", "", "")) "]",
		"[" REASONING("completed", "", "") "]");
}

#define MSG "msg_" DRIVE_ID "00"
#define REFUSAL(status, content)                                                                   \
	"{'id':'" MSG "','type':'message','status':'" status                                       \
	"','role':'assistant','content':[" content "]}"
#define PART(text) "{'type':'refusal','refusal':'" text "'}"

/* With a schema the answer is a refusal, whole and completed. */
TEST(refusal)
{
	char schema[] = "{}";
	const struct request wants = {.schema = schema};
	const struct event *const turn[] = {&start, &stop_refusal, NULL};
#define IN_PART(type, rest) INSIDE(type, MSG, "0", "'content_index':0," rest)

	check_turn(&wants, turn,
		"[" ADDED("0", REFUSAL("in_progress", "")) "," IN_PART(
			"content_part.added", "'part':" PART("")) "," IN_PART("refusal.delta",
			"'delta':'" ANSWER_REFUSAL "'") "," IN_PART("refusal.done",
			"'refusal':'" ANSWER_REFUSAL "'") "," IN_PART("content_part.done",
			"'part':" PART(ANSWER_REFUSAL)) "," DONE("0",
			REFUSAL("completed", PART(ANSWER_REFUSAL))) "]",
		"[" REFUSAL("completed", PART(ANSWER_REFUSAL)) "]");
	check_turn(&(struct request){0}, turn, "[]", "[]");
}

/* Whole items stay whole in a failed answer; the one that was open does not. */
TEST(failure)
{
	struct wire_out o = drive_begin(&req);
	struct err why;
	const struct event one = open_call(0, "1"), fail = {.kind = EVENT_FAIL, .fail = &why};
	const struct event *const turn[] = {
		&start, &open_text, &text, &close_block, &one, &args, &fail, NULL};
	CLEANUP_BUF struct buf frames = BUF_INIT(100000);
	CLEANUP_JSON cJSON *events = NULL;
	const cJSON *response, *output;

	err_set(&why, ERR_UPSTREAM, "Sorry.");
	for (size_t i = 0; turn[i] != NULL; i++)
		drive_event(&wire_responses, &o, turn[i], &frames);
	events = frames_read(&frames, true);
	response = json_get(cJSON_GetArrayItem(events, cJSON_GetArraySize(events) - 1), "response");
	output = json_get(response, "output");
	assert_int_equal(cJSON_GetArraySize(output), 2);
	assert_string_equal(json_get_string(cJSON_GetArrayItem(output, 0), "status"), "completed");
	assert_string_equal(json_get_string(cJSON_GetArrayItem(output, 1), "status"), "incomplete");
	wire_out_finish(&o);
}

/* Before the head a sign of life is the head; later it is response.in_progress again. */
TEST(beats)
{
	static const char *const types[] = {"response.created", "response.in_progress",
		"response.in_progress", "response.output_item.added", "response.content_part.added",
		"response.in_progress"};
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf frames = BUF_INIT(100000);
	CLEANUP_JSON cJSON *events = NULL;
	const cJSON *ev;
	size_t n = 0;

	assert_int_equal(wire_responses.beat(&o, &frames), 0);
	assert_int_equal(wire_responses.beat(&o, &frames), 0);
	drive_event(&wire_responses, &o, &start, &frames);
	drive_event(&wire_responses, &o, &open_text, &frames);
	assert_int_equal(wire_responses.beat(&o, &frames), 0);
	events = frames_read(&frames, true);
	assert_int_equal(cJSON_GetArraySize(events), ARRAY_LEN(types));
	cJSON_ArrayForEach(ev, events)
	{
		const cJSON *response = json_get(ev, "response");

		assert_string_equal(json_get_string(ev, "type"), types[n]);
		assert_int_equal(json_get_number(ev, "sequence_number"), n++);
		if (response != NULL)
			assert_string_equal(json_get_string(response, "status"), "in_progress");
	}
	assert_string_equal(
		json_get_string(json_get(cJSON_GetArrayItem(events, 0), "response"), "model"),
		DRIVE_MODEL);
	wire_out_finish(&o);
}
