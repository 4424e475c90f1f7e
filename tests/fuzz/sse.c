/*
 * Streams of all formats, written for the events that the input lists, one a line, and read
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
#include "support/client.h"
#include "support/drive.h"
#include "support/grammar.h"

#define STREAM_MAX ((size_t)1 << 28)

struct stage {
	struct grammar grammar;
	struct voice *voices;
	struct buf text, thinking, arguments; /* what was said, of all blocks */
	enum event_kind last;
};

static void emit(struct stage *s, const struct event *ev)
{
	grammar_see(&s->grammar, ev);
	assert(s->grammar.fault == NULL);
	s->last = ev->kind;
	drive_event_all(s->voices, ev);
}

static void open_block(struct stage *s, char op)
{
	const struct tools *tools = &s->voices[0].out.request->tools;
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
	function = ev.kind == EVENT_ARGS &&
		   answer_last(&s->voices[0].out.answer)->tool->kind == TOOL_FUNCTION;
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
	for (size_t i = 0; i < wires_n; i++)
		wires[i]->beat(&s->voices[i].out, &s->voices[i].frames);
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

static bool same(const struct buf *a, const struct buf *b)
{
	return strcmp(buf_str(a), buf_str(b)) == 0;
}

static void begin(struct client_sum *sum)
{
	*sum = (struct client_sum){0};
	buf_init(&sum->text, STREAM_MAX);
	buf_init(&sum->thinking, STREAM_MAX);
	buf_init(&sum->arguments, STREAM_MAX);
}

static void finish(struct client_sum *sum)
{
	buf_finish(&sum->text);
	buf_finish(&sum->thinking);
	buf_finish(&sum->arguments);
}

static void add_up(struct client_sum *sum, const struct client *client, const struct buf *frames)
{
	CLEANUP_JSON cJSON *heard = listen_to(frames);
	const cJSON *message;

	cJSON_ArrayForEach(message, heard)
	{
		assert(!sum->ended && !sum->failed);
		client->add(
			sum, json_get_string(message, "event"), json_get_string(message, "data"));
		sum->n++;
	}
}

static void check_stream(const struct stage *s, size_t i)
{
	const struct client *client = client_of(wires[i]);
	struct client_sum sum;

	begin(&sum);
	add_up(&sum, client, &s->voices[i].frames);
	assert(sum.ended == (s->last == EVENT_STOP));
	assert(sum.failed == (s->last == EVENT_FAIL));
	assert(same(&sum.text, &s->text) && same(&sum.thinking, &s->thinking));
	if (client->calls_alike)
		assert(sum.arguments.len >= s->arguments.len);
	else
		assert(same(&sum.arguments, &s->arguments));
	finish(&sum);
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
	assert(json_get_string(v, client_of(wire)->mark) != NULL &&
		memchr(out.data, '\n', out.len) == NULL);
}

static void leave(struct stage *s)
{
	drive_finish_all(s->voices);
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
	s.voices = drive_begin_all(request, STREAM_MAX);
	buf_init(&s.text, STREAM_MAX);
	buf_init(&s.thinking, STREAM_MAX);
	buf_init(&s.arguments, STREAM_MAX);
	play(&s, script, n);
	assert(request->tools.n > 0);
	for (size_t i = 0; i < wires_n; i++) {
		check_stream(&s, i);
		check_object(wires[i], &s.voices[i].out);
	}
	leave(&s);
	return 0;
}
