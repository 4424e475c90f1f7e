/* Answers of the Responses format: what the recorded streams in tests/golden do not reach. */
#include <string.h>

#include "support/check.h"
#include "support/drive.h"
#include "support/frames.h"

static const struct event start = {.kind = EVENT_START, .model = "m1"};
static const struct event open_text = {.kind = EVENT_OPEN, .block = BLOCK_TEXT};
static const struct event open_thinking = {.kind = EVENT_OPEN, .block = BLOCK_THINKING};
static const struct event text = {.kind = EVENT_TEXT, .text = "one"};
static const struct event think = {.kind = EVENT_THINK, .text = "hm"};
static const struct event close_block = {.kind = EVENT_CLOSE};
static const struct event usage = {.kind = EVENT_USAGE,
	.usage = {.input = 5, .cache_read = 2, .cache_write = 3, .output = 7, .reasoning = 4}};
static const struct event stop_end = {.kind = EVENT_STOP, .stop = STOP_END};
static const struct event stop_length = {.kind = EVENT_STOP, .stop = STOP_LENGTH};
static const struct event stop_calls = {.kind = EVENT_STOP, .stop = STOP_CALLS};
static const struct event stop_refusal = {.kind = EVENT_STOP, .stop = STOP_REFUSAL};

/* The events of a list that NULL ends; returns them as they were streamed. */
static cJSON *stream(struct wire_out *o, const struct event *const *events)
{
	CLEANUP_BUF struct buf frames = BUF_INIT(100000);

	for (; *events != NULL; events++)
		drive_event(&wire_responses, o, *events, &frames);
	return frames_read(&frames, true);
}

static void check_types(const cJSON *events, const char *const *types)
{
	const cJSON *ev;
	int n = 0;

	cJSON_ArrayForEach(ev, events)
	{
		const char *type = json_get_string(ev, "type");

		check(types[n] != NULL, "after the last: %s", type);
		check(strcmp(type, types[n]) == 0, "event %d: %s, want %s", n, type, types[n]);
		check(json_get_number(ev, "sequence_number") == n, "event %d has another number",
			n);
		n++;
	}
	assert_null(types[n]);
}

static const cJSON *last_response(const cJSON *events)
{
	return json_get(cJSON_GetArrayItem(events, cJSON_GetArraySize(events) - 1), "response");
}

static void check_member(const cJSON *object, const char *name, const char *want)
{
	CLEANUP_JSON cJSON *expected = json_of(want);

	check_json(name, cJSON_GetObjectItemCaseSensitive(object, name), expected);
}

/* What the client set is in every response object, from the first event on. */
TEST(echoes)
{
	char echo[] = "{\"instructions\":\"be \\\"brief\\\"\",\"metadata\":{\"k\":\"v\"}}";
	struct request req = {.echo = echo};
	struct wire_out o = drive_begin(&req);
	const struct event *const turn[] = {
		&start, &open_text, &text, &close_block, &usage, &stop_end, NULL};
	CLEANUP_JSON cJSON *events = stream(&o, turn);
	const cJSON *created = json_get(cJSON_GetArrayItem(events, 0), "response");

	check_member(created, "instructions", "'be \\'brief\\''");
	check_member(created, "metadata", "{'k':'v'}");
	check_member(created, "output", "[]");
	check_member(created, "usage", "null");
	check_member(created, "store", "false");
	check_member(last_response(events), "instructions", "'be \\'brief\\''");
	check_member(last_response(events), "metadata", "{'k':'v'}");
	wire_out_finish(&o);
}

/* Unless it was asked for, thinking makes no item: the text after it is item 0. */
TEST(thinking_is_not_shown)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	const struct event *const turn[] = {&start, &open_thinking, &think, &close_block,
		&open_text, &text, &close_block, &usage, &stop_end, NULL};
	static const char *const types[] = {"response.created", "response.in_progress",
		"response.output_item.added", "response.content_part.added",
		"response.output_text.delta", "response.output_text.done",
		"response.content_part.done", "response.output_item.done", "response.completed",
		NULL};
	CLEANUP_JSON cJSON *events = stream(&o, turn);
	CLEANUP_FREE char *printed = cJSON_PrintUnformatted(events);

	check_types(events, types);
	assert_null(strstr(printed, "hm"));
	check_member(cJSON_GetArrayItem(events, 4), "content_index", "0");
	check_member(cJSON_GetArrayItem(events, 4), "output_index", "0");
	wire_out_finish(&o);
}

TEST(nothing_was_said)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	const struct event *const turn[] = {
		&start, &open_thinking, &think, &close_block, &usage, &stop_length, NULL};
	static const char *const types[] = {
		"response.created", "response.in_progress", "response.incomplete", NULL};
	CLEANUP_JSON cJSON *events = stream(&o, turn);

	check_types(events, types);
	check_member(last_response(events), "output", "[]");
	check_member(last_response(events), "incomplete_details", "{'reason':'max_output_tokens'}");
	wire_out_finish(&o);
}

TEST(outcomes)
{
	static const struct {
		const struct event *stop;
		const char *status, *details;
	} rows[] = {
		{&stop_end, "'completed'", "null"},
		{&stop_length, "'incomplete'", "{'reason':'max_output_tokens'}"},
		{&stop_refusal, "'incomplete'", "{'reason':'content_filter'}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct request req = {0};
		struct wire_out o = drive_begin(&req);
		const struct event *const turn[] = {
			&start, &open_text, &text, &close_block, &usage, rows[i].stop, NULL};
		CLEANUP_JSON cJSON *events = stream(&o, turn);
		CLEANUP_BUF struct buf whole = BUF_INIT(10000);
		CLEANUP_JSON cJSON *object = NULL;

		assert_int_equal(wire_responses.object(&o, &whole), 0);
		object = cJSON_Parse(buf_str(&whole));
		check_json("stream and whole", object, last_response(events));
		check_member(object, "status", rows[i].status);
		check_member(object, "incomplete_details", rows[i].details);
		check_member(object, "error", "null");
		check_member(object, "usage",
			"{'input_tokens':10,'input_tokens_details':{'cached_tokens':2,"
			"'cache_write_tokens':3},'output_tokens':7,"
			"'output_tokens_details':{'reasoning_tokens':4},'total_tokens':17}");
		check_member(cJSON_GetArrayItem(json_get(object, "output"), 0), "status",
			rows[i].status);
		wire_out_finish(&o);
	}
}

struct failure {
	enum err_kind kind;
	const char *type, *code, *response_code;
};

static void check_failure(const struct event *const *before, const struct failure *f)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	struct err why;
	struct event fail = {.kind = EVENT_FAIL, .fail = &why};
	CLEANUP_BUF struct buf frames = BUF_INIT(100000);
	CLEANUP_JSON cJSON *events = NULL;
	const cJSON *error;

	err_param(&why, f->kind, "p", "Sorry.");
	for (; *before != NULL; before++)
		drive_event(&wire_responses, &o, *before, &frames);
	drive_event(&wire_responses, &o, &fail, &frames);
	events = frames_read(&frames, true);
	error = cJSON_GetArrayItem(events, cJSON_GetArraySize(events) - 2);
	check_member(error, "type", "'error'");
	check_member(error, "message", "'Sorry.'");
	check_member(error, "code", f->code);
	check_member(error, "param", "'p'");
	check_member(json_get(error, "error"), "type", f->type);
	check_member(json_get(error, "error"), "message", "'Sorry.'");
	check_member(json_get(error, "error"), "code", f->code);
	check_member(json_get(error, "error"), "param", "'p'");
	check_member(last_response(events), "status", "'failed'");
	check_member(last_response(events), "usage", "null");
	check_member(json_get(last_response(events), "error"), "code", f->response_code);
	check_member(json_get(last_response(events), "error"), "message", "'Sorry.'");
	wire_out_finish(&o);
}

/* `error`, flat and as an object, then response.failed: each is all that some client reads. */
TEST(failures)
{
	static const struct failure rows[] = {
		{ERR_UPSTREAM, "'server_error'", "'upstream_error'", "'server_error'"},
		{ERR_TIMEOUT, "'server_error'", "'timeout'", "'server_error'"},
		{ERR_RATE_LIMIT, "'rate_limit_error'", "'rate_limit_exceeded'",
			"'rate_limit_exceeded'"},
		{ERR_QUOTA, "'insufficient_quota'", "'insufficient_quota'",
			"'rate_limit_exceeded'"},
		{ERR_CONTEXT, "'invalid_request_error'", "'context_length_exceeded'",
			"'context_length_exceeded'"},
		{ERR_INTERNAL, "'server_error'", "'internal_error'", "'server_error'"},
	};
	const struct event *const midway[] = {&start, &open_text, &text, NULL};
	const struct event *const at_once[] = {NULL};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check_failure(midway, &rows[i]);
		check_failure(at_once, &rows[i]);
	}
}

TEST(failure_before_start)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	struct err why;
	struct event fail = {.kind = EVENT_FAIL, .fail = &why};
	const struct event *const turn[] = {&fail, NULL};
	static const char *const types[] = {
		"response.created", "response.in_progress", "error", "response.failed", NULL};
	CLEANUP_JSON cJSON *events = NULL;

	err_set(&why, ERR_UPSTREAM, "Sorry.");
	events = stream(&o, turn);
	check_types(events, types);
	check_member(last_response(events), "output", "[]");
	wire_out_finish(&o);
}

/* Whether a list of events could be written into `max` bytes. */
static bool fits(
	const struct request *req, const struct event *const *events, size_t max, size_t *used)
{
	struct wire_out o = drive_begin(req);
	CLEANUP_BUF struct buf frames = BUF_INIT(max);
	struct err err;
	bool all = true;

	for (; *events != NULL; events++) {
		assert_int_equal(answer_add(&o.answer, *events, &err), 0);
		all = all && wire_responses.stream(&o, *events, &frames) == 0;
	}
	*used = frames.len;
	wire_out_finish(&o);
	return all;
}

/* A buffer that is one byte too small is noticed, wherever it ends. */
static void check_full(const struct request *req, const struct event *const *events)
{
	size_t whole, used;

	assert_true(fits(req, events, 100000, &whole));
	for (size_t max = 0; max < whole; max += 31)
		check(!fits(req, events, max, &used), "%zu bytes are enough", max);
	assert_false(fits(req, events, whole - 1, &used));
	assert_true(fits(req, events, whole, &used));
}

TEST(full)
{
	struct err why;
	struct event fail = {.kind = EVENT_FAIL, .fail = &why};
	const struct event *const good[] = {
		&start, &open_text, &text, &close_block, &usage, &stop_end, NULL};
	const struct event *const bad[] = {&fail, NULL};
	const struct event *const refused[] = {&start, &stop_refusal, NULL};
	char schema[] = "{}", name[] = "f";
	struct tool tool = {.name = name, .kind = TOOL_CUSTOM};
	const struct event open_call = {
		.kind = EVENT_OPEN, .block = BLOCK_CALL, .tool = &tool, .call_id = "c1"};
	const struct event input = {.kind = EVENT_ARGS, .text = "{\"input\":\"x\"}"};
	const struct event *const mixed[] = {&start, &open_thinking, &think, &close_block,
		&open_call, &input, &close_block, &stop_calls, NULL};

	err_set(&why, ERR_UPSTREAM, "Sorry.");
	check_full(&(struct request){0}, good);
	check_full(&(struct request){0}, bad);
	check_full(&(struct request){.schema = schema}, refused);
	check_full(&(struct request){.wants_summary = true}, mixed);
}

TEST(object_when_full)
{
	struct request req = {0};
	struct wire_out o = drive_begin(&req);
	CLEANUP_BUF struct buf small = BUF_INIT(100);
	struct err err;

	assert_int_equal(answer_add(&o.answer, &start, &err), 0);
	assert_int_equal(wire_responses.object(&o, &small), -1);
	wire_out_finish(&o);
}
