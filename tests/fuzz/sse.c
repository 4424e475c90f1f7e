/*
 * Streams of both formats, written for the events that the input lists, one a line, and read
 * by a parser of another make: what was said comes out, and nothing else.
 *
 * s MODEL starts; t, h, c, k, q open a text, thinking, a call, a call of a custom tool, a search
 * for tools; ". TEXT" is a piece, "g TEXT" a signature, x closes; "e end|length|calls|refusal"
 * stops, "f TEXT" fails, b is a sign of life. | stands for LF, ^ for CR. What has no place is left
 * out.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "fuzz/listen.h"
#include "support/drive.h"
#include "support/grammar.h"

#define STREAM_MAX ((size_t)1 << 28)

struct stage {
	struct grammar grammar;
	struct wire_out chat, responses;
	struct buf chat_frames, responses_frames;
	struct buf text, thinking, arguments; /* what was said, of all blocks */
	enum event_kind last;
};

static void emit(struct stage *s, const struct event *ev)
{
	grammar_see(&s->grammar, ev);
	assert(s->grammar.fault == NULL);
	s->last = ev->kind;
	drive_event(&wire_chat, &s->chat, ev, &s->chat_frames);
	drive_event(&wire_responses, &s->responses, ev, &s->responses_frames);
}

static void open_block(struct stage *s, char op)
{
	const struct tools *tools = &s->chat.request->tools;
	struct event ev = {.kind = EVENT_OPEN, .block = BLOCK_CALL};
	static const char calls[] = "ckq";

	if (!s->grammar.started || s->grammar.open)
		return;
	if (op == 't' || op == 'h') {
		ev.block = op == 't' ? BLOCK_TEXT : BLOCK_THINKING;
	} else {
		ev.tool = &tools->list[strchr(calls, op) - calls];
		ev.call_id = "toolu_01_x";
	}
	emit(s, &ev);
}

static void say(struct stage *s, char op, const char *text)
{
	static const enum event_kind kinds[] = {
		[BLOCK_TEXT] = EVENT_TEXT,
		[BLOCK_THINKING] = EVENT_THINK,
		[BLOCK_CALL] = EVENT_ARGS,
	};
	struct event ev = {.kind = kinds[s->grammar.block], .text = text};
	bool function;

	if (!s->grammar.open || s->grammar.is_signed || text[0] == '\0')
		return;
	if (op == 'g') {
		if (s->grammar.block != BLOCK_THINKING)
			return;
		ev.kind = EVENT_SIGN;
	}
	function =
		ev.kind == EVENT_ARGS && answer_last(&s->chat.answer)->tool->kind == TOOL_FUNCTION;
	if (ev.kind == EVENT_TEXT)
		buf_puts(&s->text, text);
	if (ev.kind == EVENT_THINK)
		buf_puts(&s->thinking, text);
	if (function)
		buf_puts(&s->arguments, text);
	emit(s, &ev);
}

static void stop(struct stage *s, const char *why)
{
	static const char *const reasons[] = {
		[STOP_END] = "end",
		[STOP_LENGTH] = "length",
		[STOP_CALLS] = "calls",
		[STOP_REFUSAL] = "refusal",
	};

	if (!s->grammar.started || s->grammar.open)
		return;
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (strcmp(why, reasons[i]) == 0) {
			emit(s, &(struct event){.kind = EVENT_USAGE, .usage = {.output = 7}});
			emit(s, &(struct event){.kind = EVENT_STOP, .stop = (enum stop_reason)i});
			return;
		}
}

static void fail(struct stage *s, const char *why)
{
	struct err err;

	err_set(&err, ERR_UPSTREAM, "%s", why[0] != '\0' ? why : "?");
	emit(s, &(struct event){.kind = EVENT_FAIL, .fail = &err});
}

static void beat(struct stage *s)
{
	wire_chat.beat(&s->chat, &s->chat_frames);
	wire_responses.beat(&s->responses, &s->responses_frames);
}

static void act(struct stage *s, char op, const char *text)
{
	if (s->grammar.terminal > 0)
		return;
	if (op == 's' && !s->grammar.started && text[0] != '\0')
		emit(s, &(struct event){.kind = EVENT_START, .model = text});
	else if (strchr("thckq", op) != NULL)
		open_block(s, op);
	else if (op == '.' || op == 'g')
		say(s, op, text);
	else if (op == 'x' && s->grammar.open)
		emit(s, &(struct event){.kind = EVENT_CLOSE});
	else if (op == 'e')
		stop(s, text);
	else if (op == 'f')
		fail(s, text);
	else if (op == 'b')
		beat(s);
}

static void play(struct stage *s, const char *script, size_t left)
{
	while (left > 0) {
		size_t n;
		const char *line = fuzz_line(&script, &left, &n);
		CLEANUP_FREE char *text =
			fuzz_text((const uint8_t *)line + (n < 2 ? n : 2), n < 2 ? 0 : n - 2);

		for (char *c = text; *c != '\0'; c++)
			*c = (char)(*c == '|' ? '\n' : *c == '^' ? '\r' : *c);
		if (n > 0 && line[0] != '\0' && utf8_valid(text, strlen(text)))
			act(s, line[0], text);
	}
	if (s->grammar.terminal == 0)
		fail(s, "claude ended.");
}

/* The string members that a path of names leads to are what was said. */
static void append(struct buf *out, const cJSON *object, const char *member)
{
	const char *piece = json_get_string(object, member);

	if (piece != NULL)
		buf_puts(out, piece);
}

static bool same(const struct buf *a, const struct buf *b)
{
	return strcmp(buf_str(a), buf_str(b)) == 0;
}

struct said {
	struct buf text, thinking, arguments;
	bool ended, failed;
};

static void take_chunk(struct said *said, const cJSON *chunk)
{
	const cJSON *delta = json_get(cJSON_GetArrayItem(json_get(chunk, "choices"), 0), "delta");
	const cJSON *call = cJSON_GetArrayItem(json_get(delta, "tool_calls"), 0);
	const cJSON *index = json_get(call, "index");

	append(&said->text, delta, "content");
	append(&said->thinking, delta, "reasoning_content");
	if (call == NULL || json_get(call, "id") != NULL)
		return;
	assert(cJSON_IsNumber(index));
	append(&said->arguments, json_get(call, "function"), "arguments");
}

static void take_event(struct said *said, const cJSON *ev, const char *type)
{
	if (strcmp(type, "response.output_text.delta") == 0)
		append(&said->text, ev, "delta");
	if (strcmp(type, "response.reasoning_summary_text.delta") == 0)
		append(&said->thinking, ev, "delta");
	if (strcmp(type, "response.function_call_arguments.delta") == 0)
		append(&said->arguments, ev, "delta");
	said->failed = said->failed || strcmp(type, "response.failed") == 0;
	said->ended = said->ended || strcmp(type, "response.completed") == 0 ||
		      strcmp(type, "response.incomplete") == 0;
}

static void finish(struct said *said)
{
	buf_finish(&said->text);
	buf_finish(&said->thinking);
	buf_finish(&said->arguments);
}

static void begin(struct said *said)
{
	*said = (struct said){0};
	buf_init(&said->text, STREAM_MAX);
	buf_init(&said->thinking, STREAM_MAX);
	buf_init(&said->arguments, STREAM_MAX);
}

static void check_ends(const struct stage *s, const struct said *said)
{
	assert(said->ended == (s->last == EVENT_STOP));
	assert(said->failed == (s->last == EVENT_FAIL));
	assert(same(&said->text, &s->text) && same(&said->thinking, &s->thinking));
}

static void check_chat(const struct stage *s)
{
	CLEANUP_JSON cJSON *heard = listen_to(&s->chat_frames);
	const cJSON *message;
	struct said said;

	begin(&said);
	cJSON_ArrayForEach(message, heard)
	{
		const char *data = json_get_string(message, "data");
		struct err err;
		CLEANUP_JSON cJSON *v = json_parse(data, strlen(data), &err);

		assert(json_get_string(message, "event")[0] == '\0');
		assert(!said.ended && !said.failed);
		said.ended = strcmp(data, "[DONE]") == 0;
		said.failed = json_get(v, "error") != NULL;
		assert(said.ended || cJSON_IsObject(v));
		take_chunk(&said, v);
	}
	check_ends(s, &said);
	/* Those of other tools than functions go out in chat as they come. */
	assert(s->chat.request->tools.n > 0 && said.arguments.len >= s->arguments.len);
	finish(&said);
}

static void check_responses(const struct stage *s)
{
	CLEANUP_JSON cJSON *heard = listen_to(&s->responses_frames);
	const cJSON *message;
	double number = 0;
	struct said said;

	begin(&said);
	cJSON_ArrayForEach(message, heard)
	{
		const char *data = json_get_string(message, "data");
		struct err err;
		CLEANUP_JSON cJSON *ev = json_parse(data, strlen(data), &err);
		const char *type = json_get_string(ev, "type");

		assert(type != NULL && strcmp(type, json_get_string(message, "event")) == 0);
		assert(json_get_number(ev, "sequence_number") == number);
		assert(!said.ended && !said.failed);
		take_event(&said, ev, type);
		number++;
	}
	check_ends(s, &said);
	assert(same(&said.arguments, &s->arguments));
	finish(&said);
}

/* Not streamed, the answer is one line of JSON. */
static void check_object(const struct wire *wire, struct wire_out *o)
{
	CLEANUP_BUF struct buf out = BUF_INIT(STREAM_MAX);
	CLEANUP_JSON cJSON *v = NULL;
	struct err err;

	if (!o->answer.stopped)
		return;
	wire->object(o, &out);
	v = json_parse(buf_str(&out), out.len, &err);
	assert(json_get_string(v, "object") != NULL && memchr(out.data, '\n', out.len) == NULL);
}

static void leave(struct stage *s)
{
	wire_out_finish(&s->chat);
	wire_out_finish(&s->responses);
	buf_finish(&s->chat_frames);
	buf_finish(&s->responses_frames);
	buf_finish(&s->text);
	buf_finish(&s->thinking);
	buf_finish(&s->arguments);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct request *request;
	CLEANUP_FREE char *script = fuzz_text(data, n);
	struct stage s = {0};

	if (request == NULL)
		request = fuzz_request("{\"input\":\"q\",\"reasoning\":{\"summary\":\"auto\"},"
				       "\"include\":[\"reasoning.encrypted_content\"],\"tools\":["
				       "{\"type\":\"function\",\"name\":\"f\"},{\"type\":"
				       "\"custom\",\"name\":\"g\"},{\"type\":"
				       "\"tool_search\",\"execution\":\"client\"}]}");
	s.chat = drive_begin(request);
	s.responses = drive_begin(request);
	buf_init(&s.chat_frames, STREAM_MAX);
	buf_init(&s.responses_frames, STREAM_MAX);
	buf_init(&s.text, STREAM_MAX);
	buf_init(&s.thinking, STREAM_MAX);
	buf_init(&s.arguments, STREAM_MAX);
	play(&s, script, n);
	check_chat(&s);
	check_responses(&s);
	check_object(&wire_chat, &s.chat);
	check_object(&wire_responses, &s.responses);
	leave(&s);
	return 0;
}
