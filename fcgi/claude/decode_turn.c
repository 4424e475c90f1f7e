#include "claude/decode_turn.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "claude/encode.h"
#include "claude/meant.h"

static void set_count(uint64_t *count, const cJSON *usage, const char *name)
{
	double n = json_get_number(usage, name);

	if (json_get(usage, name) != NULL && n >= 0 && n < 1e15)
		*count = (uint64_t)n;
}

/* Messages of one turn that went to no tool; each is a request of the API's. */
#define MAX_DETOURS 8

/* message_start brings the prompt's counts, message_delta the output's. */
static void merge_usage(struct usage *u, const cJSON *usage)
{
	set_count(&u->input, usage, "input_tokens");
	set_count(&u->cache_read, usage, "cache_read_input_tokens");
	set_count(&u->cache_write, usage, "cache_creation_input_tokens");
	set_count(&u->output, usage, "output_tokens");
	set_count(&u->reasoning, json_get(usage, "output_tokens_details"), "thinking_tokens");
}

/* The API counts a message, and each one more is paid for as well. */
static void begin_count(struct decode *d)
{
	d->spent.input += d->usage.input;
	d->spent.cache_read += d->usage.cache_read;
	d->spent.cache_write += d->usage.cache_write;
	d->spent.output += d->usage.output;
	d->spent.reasoning += d->usage.reasoning;
	d->usage = (struct usage){0};
}

/*
 * A whole answer can wait until the CLI has found it to fit: should it not, the model tries
 * again and the client never knows. A stream has it as it is written.
 */
static bool holds_back(const struct decode *d)
{
	return !d->request->stream;
}

/* A block in one piece. */
static void emit_text(struct decode *d, const char *text)
{
	decode_emit(d, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT});
	if (text[0] != '\0')
		decode_emit(d, (struct event){.kind = EVENT_TEXT, .text = text});
	decode_emit(d, (struct event){.kind = EVENT_CLOSE});
}

/* What is to come after message_stop, if anything. After a cut the CLI goes on by itself. */
static enum decode_rest rest_after(const struct decode *d, enum stop_reason stop)
{
	if (d->rest == REST_DOUBT || !d->spoke || d->detours > 0 || d->astray ||
		stop == STOP_LENGTH || stop == STOP_REFUSAL)
		return REST_DOUBT;
	/* A call that is not asked for by now is one that the CLI answers itself. */
	if (stop == STOP_CALLS)
		return note_is_complete(&d->note) ? REST_CALLS : REST_DOUBT;
	return d->request->schema != NULL ? REST_IDLE : REST_BUSY;
}

static void finish(struct decode *d, enum stop_reason stop)
{
	d->spoke = d->spoke || d->held.len > 0;
	d->rest = rest_after(d, stop);
	/* What a model that has nothing to say answers is an empty text. */
	if (d->held.len > 0 || (stop == STOP_END && !d->spoke && !d->has_text))
		emit_text(d, buf_str(&d->held));
	begin_count(d);
	decode_emit(d, (struct event){.kind = EVENT_USAGE, .usage = d->spent});
	decode_emit(d, (struct event){.kind = EVENT_STOP, .stop = stop});
}

/*
 * One message more is fine after calls that the CLI answered itself, and with a schema, where
 * the CLI has the model try again, while nothing was said.
 */
static bool may_begin(const struct decode *d)
{
	if (d->in_message)
		return false;
	return !d->started || d->astray || (d->request->schema != NULL && !d->spoke);
}

void decode_turn_misfit(struct decode *d)
{
	const char *param = d->request->schema_param;
	struct err err;

	err_param(&err, ERR_INVALID, param,
		"The model gave no answer that fits the schema in '%s'. A simpler schema, or a "
		"prompt that says what is wanted, may help.",
		param);
	decode_fail(d, &err);
}

static void begin_anew(struct decode *d)
{
	const char *param = d->request->schema_param;
	struct err err;

	if (d->fits)
		err_param(&err, ERR_INVALID, param,
			"What the model wrote first does not fit the schema in '%s', and is sent "
			"already: without 'stream' it gets another try.",
			param);
	else
		err_set(&err, ERR_UPSTREAM,
			"claude began its answer anew; what was sent is incomplete.");
	decode_fail(d, &err);
}

static void on_message_start(struct decode *d, const cJSON *ev)
{
	const cJSON *message = json_get(ev, "message");
	const char *model = json_get_string(message, "model");

	if (!d->vetted) {
		DECODE_FAIL(d, ERR_INTERNAL, "claude was ended: it answered without an init line.");
		return;
	}
	if (!may_begin(d)) {
		begin_anew(d);
		return;
	}
	begin_count(d);
	buf_clear(&d->held);
	d->in_message = true;
	d->has_stop = d->astray = d->fits = false;
	merge_usage(&d->usage, json_get(message, "usage"));
	if (!d->started)
		decode_emit(d, (struct event){
				       .kind = EVENT_START,
				       .model = model != NULL ? model : "claude",
			       });
	d->started = true;
}

static enum event_kind text_event(enum block_kind kind)
{
	switch (kind) {
	case BLOCK_TEXT:
		return EVENT_TEXT;
	case BLOCK_THINKING:
		return EVENT_THINK;
	case BLOCK_CALL:
		return EVENT_ARGS;
	}
	return EVENT_TEXT;
}

static void add_text(struct decode *d, const char *text)
{
	if (!d->open) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude sent text outside its content block.");
		return;
	}
	if (text[0] == '\0')
		return;
	if (buf_puts(&d->block, text) < 0) {
		DECODE_FAIL(d, ERR_UPSTREAM, "The answer is too long.");
		return;
	}
	if (d->hidden)
		return;
	if (d->kind == BLOCK_TEXT)
		d->spoke = true;
	decode_emit(d, (struct event){.kind = text_event(d->kind), .text = text});
}

static void open_block(struct decode *d, struct event ev, bool is_json, bool hidden)
{
	d->open = true;
	d->kind = ev.block;
	d->is_json = is_json;
	d->hidden = hidden;
	buf_clear(&d->block);
	if (hidden)
		return;
	d->has_text = d->has_text || ev.block == BLOCK_TEXT;
	decode_emit(d, ev);
}

/* The answer that fits a schema is a call of the CLI's tool; of several the first counts. */
static void open_fit(struct decode *d)
{
	bool hidden = d->fits || holds_back(d);

	d->fits = true;
	open_block(d, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT}, true, hidden);
}

/*
 * A call of no tool is not the client's business: the CLI says so to the model, which goes on. A
 * mangled name is answered so as well, but the client has what was meant by then.
 */
static void open_tool(struct decode *d, const cJSON *block)
{
	const char *name = json_get_string(block, "name");
	struct event ev = {.kind = EVENT_OPEN, .block = BLOCK_CALL};

	ev.call_id = json_get_string(block, "id");
	if (name == NULL || ev.call_id == NULL) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude called a tool without saying which.");
		return;
	}
	if (d->request->schema != NULL && strcmp(name, ENCODE_SCHEMA_TOOL) == 0) {
		open_fit(d);
		return;
	}
	ev.tool = meant_tool(&d->request->tools, name);
	if (ev.tool != NULL) {
		d->has_call = d->spoke = true;
		note_add_call(&d->note, ev.call_id);
	} else {
		d->astray = true;
		note_add_call(&d->strays, ev.call_id);
	}
	open_block(d, ev, true, ev.tool == NULL);
}

static void on_block_start(struct decode *d, const cJSON *ev)
{
	const cJSON *block = json_get(ev, "content_block");
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (type == NULL || d->open || !d->in_message) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude opened a content block out of order.");
	} else if (strcmp(type, "text") == 0) {
		open_block(d, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT}, false,
			d->request->schema != NULL);
		add_text(d, text != NULL ? text : "");
	} else if (strcmp(type, "thinking") == 0 || strcmp(type, "redacted_thinking") == 0) {
		open_block(d, (struct event){.kind = EVENT_OPEN, .block = BLOCK_THINKING}, false,
			false);
	} else if (strcmp(type, "tool_use") == 0) {
		open_tool(d, block);
	} else {
		DECODE_FAIL(
			d, ERR_INTERNAL, "claude was ended: it used a tool that was not offered.");
	}
}

/* Which member of a delta goes with which block. */
static const char *delta_text(const struct decode *d, const cJSON *delta)
{
	if (d->kind == BLOCK_THINKING)
		return json_get_string(delta, "thinking");
	return json_get_string(delta, d->is_json ? "partial_json" : "text");
}

static bool has_text(const cJSON *delta)
{
	return json_get(delta, "text") != NULL || json_get(delta, "thinking") != NULL ||
	       json_get(delta, "partial_json") != NULL;
}

static void on_block_delta(struct decode *d, const cJSON *ev)
{
	const cJSON *delta = json_get(ev, "delta");
	const char *signature = json_get_string(delta, "signature");
	const char *text = delta_text(d, delta);

	if (d->open && d->kind == BLOCK_THINKING && signature != NULL) {
		if (buf_puts(&d->signature, signature) < 0)
			DECODE_FAIL(d, ERR_UPSTREAM, "The signature of the thinking is too long.");
	} else if (text != NULL) {
		add_text(d, text);
	} else if (!d->open || has_text(delta)) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude sent text outside its content block.");
	}
}

static void on_block_stop(struct decode *d, const cJSON *ev)
{
	(void)ev;
	if (!d->open) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude closed a content block that was not open.");
		return;
	}
	/* An empty object has no delta, but it is one all the same. */
	if (d->is_json && d->block.len == 0)
		add_text(d, "{}");
	if (d->is_json && d->kind == BLOCK_TEXT && d->held.len == 0 && holds_back(d) &&
		buf_add(&d->held, d->block.data, d->block.len) < 0)
		DECODE_FAIL(d, ERR_UPSTREAM, "The answer is too long.");
	if (d->signature.len > 0)
		decode_emit(d, (struct event){.kind = EVENT_SIGN, .text = d->signature.data});
	buf_clear(&d->signature);
	d->open = false;
	if (!d->hidden)
		decode_emit(d, (struct event){.kind = EVENT_CLOSE});
	d->hidden = false;
}

static void on_message_delta(struct decode *d, const cJSON *ev)
{
	const char *reason = json_get_string(json_get(ev, "delta"), "stop_reason");

	merge_usage(&d->usage, json_get(ev, "usage"));
	if (reason == NULL)
		return;
	d->has_stop = true;
	if (strcmp(reason, "max_tokens") == 0 ||
		strcmp(reason, "model_context_window_exceeded") == 0)
		d->stop = STOP_LENGTH;
	else if (strcmp(reason, "refusal") == 0)
		d->stop = STOP_REFUSAL;
	else if (strcmp(reason, "tool_use") == 0)
		d->stop = STOP_CALLS;
	else
		d->stop = STOP_END;
}

/* Whether the CLI has still to say if the answer fits, or to have the model try again. */
static bool awaits_result(const struct decode *d)
{
	return d->request->schema != NULL && !d->has_call &&
	       (d->stop == STOP_END || d->stop == STOP_CALLS);
}

/* The CLI goes on by itself where all that the model called was no tool. */
static bool goes_astray(const struct decode *d)
{
	return d->astray && !d->has_call && (d->stop == STOP_CALLS || d->stop == STOP_END) &&
	       d->detours < MAX_DETOURS;
}

static void on_message_stop(struct decode *d, const cJSON *ev)
{
	enum stop_reason stop = d->stop;

	(void)ev;
	if (!d->in_message || d->open || !d->has_stop) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude broke its answer off.");
		return;
	}
	d->in_message = false;
	if (goes_astray(d)) {
		d->detours++;
		return;
	}
	if (awaits_result(d))
		return;
	/* Some models stop "at the end" with a call, or for a call with none. */
	if (stop == STOP_END || stop == STOP_CALLS)
		stop = d->has_call ? STOP_CALLS : STOP_END;
	finish(d, stop);
}

void decode_turn_event(struct decode *d, const cJSON *line)
{
	static const struct {
		const char *type;
		void (*handle)(struct decode *d, const cJSON *ev);
	} kinds[] = {
		{"content_block_delta", on_block_delta},
		{"message_start", on_message_start},
		{"content_block_start", on_block_start},
		{"content_block_stop", on_block_stop},
		{"message_delta", on_message_delta},
		{"message_stop", on_message_stop},
	};
	const cJSON *ev = json_get(line, "event");
	const char *type = json_get_string(ev, "type");

	/* After an error line the CLI closes what was open, as if it were whole. */
	if (type == NULL || d->failure.kind != ERR_NONE)
		return;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(type, kinds[i].type) == 0) {
			kinds[i].handle(d, ev);
			return;
		}
}

/*
 * Whether the text is what was streamed. A character that came in two halves was repaired
 * twice in the deltas but is whole in the text: each run of U+FFFD stands for anything.
 */
static bool is_what_was_streamed(const char *streamed, const char *text)
{
	const size_t mark = strlen(UTF8_REPLACEMENT);
	const char *end = text + strlen(text);
	bool anchored = true;

	for (const char *hole; (hole = strstr(streamed, UTF8_REPLACEMENT)) != NULL;) {
		size_t n = (size_t)(hole - streamed);
		const char *at = anchored ? text : memmem(text, (size_t)(end - text), streamed, n);

		if (at == NULL || (size_t)(end - at) < n || memcmp(at, streamed, n) != 0)
			return false;
		text = at + n;
		anchored = false;
		for (streamed = hole; strncmp(streamed, UTF8_REPLACEMENT, mark) == 0;)
			streamed += mark;
	}
	if (anchored)
		return strcmp(text, streamed) == 0;
	return strlen(streamed) <= (size_t)(end - text) &&
	       strcmp(end - strlen(streamed), streamed) == 0;
}

void decode_turn_check(struct decode *d, const cJSON *block)
{
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (d->open && d->kind == BLOCK_TEXT && type != NULL && strcmp(type, "text") == 0 &&
		(text == NULL || !is_what_was_streamed(buf_str(&d->block), text)))
		DECODE_FAIL(d, ERR_UPSTREAM, "claude's answer is not the text it streamed.");
}

void decode_turn_result(struct decode *d, const cJSON *line)
{
	const cJSON *usage = json_get(line, "usage");

	if (d->request->schema == NULL || d->in_message || !d->started) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude ended its turn without an answer.");
	} else if (!d->fits || json_get(line, "structured_output") == NULL) {
		decode_turn_misfit(d);
	} else {
		/* It has those of all messages. */
		if (usage != NULL)
			d->spent = d->usage = (struct usage){0};
		merge_usage(&d->usage, usage);
		finish(d, STOP_END);
	}
}
