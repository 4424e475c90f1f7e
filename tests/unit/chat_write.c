/* Answers of the chat format: what the recorded streams in tests/golden do not reach. */
#include <stdio.h>
#include <string.h>

#include "support/check.h"
#include "support/drive.h"
#include "support/frames.h"

#define CHUNK_HEAD                                                                                 \
	"{'id':'chatcmpl-" DRIVE_ID "','object':'chat.completion.chunk','created':1700000000,"     \
	"'model':'m1','choices':"
#define CHUNK(delta, finish)                                                                       \
	CHUNK_HEAD "[{'index':0,'delta':" delta ",'logprobs':null,'finish_reason':" finish "}]"
#define USAGE                                                                                      \
	"'usage':{'prompt_tokens':10,'completion_tokens':7,'total_tokens':17,"                     \
	"'prompt_tokens_details':{'cached_tokens':2},"                                             \
	"'completion_tokens_details':{'reasoning_tokens':4}}}"

static const struct event turn[] = {
	{.kind = EVENT_START, .model = "m1"},
	{.kind = EVENT_OPEN, .block = BLOCK_THINKING},
	{.kind = EVENT_THINK, .text = "secret"},
	{.kind = EVENT_CLOSE},
	{.kind = EVENT_OPEN, .block = BLOCK_TEXT},
	{.kind = EVENT_TEXT, .text = "one"},
	{.kind = EVENT_CLOSE},
	{.kind = EVENT_OPEN, .block = BLOCK_TEXT},
	{.kind = EVENT_TEXT, .text = "two"},
	{.kind = EVENT_CLOSE},
	{.kind = EVENT_USAGE,
		.usage = {.input = 5,
			.cache_read = 2,
			.cache_write = 3,
			.output = 7,
			.reasoning = 4}},
};

/* Writes the turn and its end into frames; `o` holds the answer then. */
static void write_turn(struct wire_out *o, enum stop_reason stop, struct buf *frames)
{
	struct event end = {.kind = EVENT_STOP, .stop = stop};

	for (size_t i = 0; i < ARRAY_LEN(turn); i++)
		drive_event(&wire_chat, o, &turn[i], frames);
	drive_event(&wire_chat, o, &end, frames);
}

static void check_stream(bool include_usage, const char *want)
{
	struct request req = {.include_usage = include_usage};
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf frames = BUF_INIT(10000);
	CLEANUP_JSON cJSON *expected = json_of(want);
	CLEANUP_JSON cJSON *got = NULL;

	write_turn(&o, STOP_END, &frames);
	got = frames_read(&frames, false);
	check_json("stream", got, expected);
	wire_out_finish(&o);
}

TEST(stream)
{
	check_stream(false,
		"[" CHUNK("{'role':'assistant','content':'','refusal':null}", "null") "}," CHUNK(
			"{'reasoning_content':'secret'}", "null") "}," CHUNK("{'content':'one'}",
			"null") "}," CHUNK("{'content':'two'}", "null") "}," CHUNK("{}",
			"'stop'") "},"
				  "'[DONE]']");
}

TEST(stream_with_usage)
{
	check_stream(true, "[" CHUNK("{'role':'assistant','content':'','refusal':null}",
				   "null") ",'usage':null}," CHUNK("{'reasoning_content':'secret'}",
				   "null") ",'usage':null}," CHUNK("{'content':'one'}",
				   "null") ",'usage':null}," CHUNK("{'content':'two'}",
				   "null") ",'usage':null}," CHUNK("{}",
				   "'stop'") ",'usage':null}," CHUNK_HEAD "[]," USAGE ","
					     "'[DONE]']");
}

/* Whether or not a stream would have carried the usage, the whole answer does. */
TEST(object)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf frames = BUF_INIT(10000);
	CLEANUP_BUF struct buf object = BUF_INIT(10000);

	write_turn(&o, STOP_END, &frames);
	assert_int_equal(wire_chat.object(&o, &object), 0);
	check_json_text("object", &object,
		"{'id':'chatcmpl-" DRIVE_ID "','object':'chat.completion','created':1700000000,"
		"'model':'m1','choices':[{'index':0,'message':{'role':'assistant',"
		"'content':'onetwo','refusal':null,'reasoning_content':'secret'},'logprobs':null,'"
		"finish_reason':'stop'}]"
		"," USAGE);
	wire_out_finish(&o);
}

TEST(finish_reasons)
{
	static const struct {
		enum stop_reason stop;
		const char *reason;
	} rows[] = {{STOP_END, "stop"}, {STOP_LENGTH, "length"}, {STOP_CALLS, "tool_calls"},
		{STOP_REFUSAL, "content_filter"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request req = {0};
		struct wire_out o = drive_begin(&req);
		CLEANUP_BUF struct buf frames = BUF_INIT(10000);
		CLEANUP_BUF struct buf object = BUF_INIT(10000);
		char member[64];

		write_turn(&o, rows[i].stop, &frames);
		wire_chat.object(&o, &object);
		snprintf(member, sizeof(member), "\"finish_reason\":\"%s\"", rows[i].reason);
		check(strstr(buf_str(&frames), member) != NULL, "no %s in the stream", member);
		check(strstr(buf_str(&object), member) != NULL, "no %s in the object", member);
		wire_out_finish(&o);
	}
}

/* The error is the last thing said: with [DONE] after it, it could pass for a whole answer. */
TEST(failure)
{
	struct request req = {.include_usage = true};
	struct wire_out o = drive_begin(&req);
	struct err why;
	struct event fail = {.kind = EVENT_FAIL, .fail = &why};
	CLEANUP_BUF struct buf frames = BUF_INIT(10000);
	CLEANUP_JSON cJSON *got = NULL;
	CLEANUP_JSON cJSON *want = json_of("[" CHUNK(
		"{'role':'assistant','content':'','refusal':null}",
		"null") ",'usage':null},"
			"{'error':{'message':'Too late.','type':'server_error','param':null,"
			"'code':'timeout'}}]");

	err_set(&why, ERR_TIMEOUT, "Too late.");
	drive_event(&wire_chat, &o, &turn[0], &frames);
	drive_event(&wire_chat, &o, &fail, &frames);
	got = frames_read(&frames, false);
	check_json("failure", got, want);
	wire_out_finish(&o);
}

/* Whether the whole turn could be written into `max` bytes. */
static bool fits(enum stop_reason stop, size_t max, size_t *used)
{
	char schema[] = "{}";
	struct request req = {.include_usage = true, .schema = schema};
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf frames = BUF_INIT(max);
	struct event end = {.kind = EVENT_STOP, .stop = stop};
	struct err err;
	bool all = true;

	for (size_t i = 0; i <= ARRAY_LEN(turn); i++) {
		const struct event *ev = i < ARRAY_LEN(turn) ? &turn[i] : &end;

		assert_int_equal(answer_add(&o.answer, ev, &err), 0);
		all = all && wire_chat.stream(&o, ev, &frames) == 0;
	}
	*used = frames.len;
	wire_out_finish(&o);
	return all;
}

/* A buffer that is one byte too small is noticed, wherever it ends. */
static void check_full(enum stop_reason stop)
{
	size_t whole, used;

	assert_true(fits(stop, 10000, &whole));
	for (size_t max = 0; max < whole; max += 9)
		check(!fits(stop, max, &used), "%zu bytes are enough", max);
	assert_false(fits(stop, whole - 1, &used));
	assert_true(fits(stop, whole, &used));
}

TEST(full)
{
	check_full(STOP_END);
	check_full(STOP_REFUSAL);
}

TEST(object_when_full)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf frames = BUF_INIT(10000);
	CLEANUP_BUF struct buf small = BUF_INIT(50);

	write_turn(&o, STOP_END, &frames);
	assert_int_equal(wire_chat.object(&o, &small), -1);
	wire_out_finish(&o);
}
