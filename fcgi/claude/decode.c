#include "claude/decode.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "claude/failure.h"
#include "claude/options.h"

void decode_init(struct decode *d, event_fn *emit, void *arg)
{
	*d = (struct decode){
		.emit = emit,
		.arg = arg,
		.line = BUF_INIT(DECODE_MAX_LINE),
		.clean = BUF_INIT(3 * DECODE_MAX_LINE),
		.block = BUF_INIT(DECODE_MAX_LINE),
	};
}

void decode_finish(struct decode *d)
{
	buf_finish(&d->line);
	buf_finish(&d->clean);
	buf_finish(&d->block);
}

static void emit(struct decode *d, struct event ev)
{
	if (ev.kind == EVENT_STOP || ev.kind == EVENT_FAIL)
		d->over = true;
	d->emit(d->arg, &ev);
}

void decode_fail(struct decode *d, const struct err *err)
{
	if (d->over)
		return;
	emit(d, (struct event){
			.kind = EVENT_FAIL,
			.fail = d->failure.kind != ERR_NONE ? &d->failure : err,
		});
}

#define FAIL(d, kind, ...)                                                                         \
	do {                                                                                       \
		struct err fail_;                                                                  \
                                                                                                   \
		err_set(&fail_, kind, __VA_ARGS__);                                                \
		decode_fail(d, &fail_);                                                            \
	} while (0)

static bool is_empty_array(const cJSON *v)
{
	return cJSON_IsArray(v) && cJSON_GetArraySize(v) == 0;
}

/* Fail closed: a line that does not say what there is counts as one that shows too much. */
static void on_init(struct decode *d, const cJSON *line)
{
	static const char *const must_be_empty[] = {"tools", "mcp_servers", "slash_commands"};
	const char *version = json_get_string(line, "claude_code_version");

	if (version == NULL || !options_version_serves(version)) {
		FAIL(d, ERR_INTERNAL,
			"Claude Code %s is too old: %s or newer is needed. Run: npm install -g "
			"@anthropic-ai/claude-code@latest",
			version != NULL ? version : "of unknown version", OPTIONS_OLDEST_CLI);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(must_be_empty); i++) {
		if (is_empty_array(json_get(line, must_be_empty[i])))
			continue;
		FAIL(d, ERR_INTERNAL,
			"claude was ended: its init line does not show '%s' to be empty.",
			must_be_empty[i]);
		return;
	}
	d->vetted = true;
}

static void on_system(struct decode *d, const cJSON *line)
{
	const char *subtype = json_get_string(line, "subtype");

	if (subtype != NULL && strcmp(subtype, "init") == 0)
		on_init(d, line);
}

static void set_count(uint64_t *count, const cJSON *usage, const char *name)
{
	double n = json_get_number(usage, name);

	if (json_get(usage, name) != NULL && n >= 0 && n < 1e15)
		*count = (uint64_t)n;
}

/* message_start brings the prompt's counts, message_delta the output's. */
static void merge_usage(struct usage *u, const cJSON *usage)
{
	set_count(&u->input, usage, "input_tokens");
	set_count(&u->cache_read, usage, "cache_read_input_tokens");
	set_count(&u->cache_write, usage, "cache_creation_input_tokens");
	set_count(&u->output, usage, "output_tokens");
	set_count(&u->reasoning, json_get(usage, "output_tokens_details"), "thinking_tokens");
}

static void on_message_start(struct decode *d, const cJSON *ev)
{
	const cJSON *message = json_get(ev, "message");
	const char *model = json_get_string(message, "model");

	if (!d->vetted) {
		FAIL(d, ERR_INTERNAL, "claude was ended: it answered without an init line.");
		return;
	}
	if (d->started) {
		FAIL(d, ERR_UPSTREAM, "claude began its answer anew; what was sent is incomplete.");
		return;
	}
	d->started = true;
	merge_usage(&d->usage, json_get(message, "usage"));
	emit(d, (struct event){.kind = EVENT_START, .model = model != NULL ? model : "claude"});
}

static void add_text(struct decode *d, enum block_kind kind, const char *text)
{
	if (!d->open || d->kind != kind) {
		FAIL(d, ERR_UPSTREAM, "claude sent text outside its content block.");
		return;
	}
	if (text[0] == '\0')
		return;
	if (buf_puts(&d->block, text) < 0) {
		FAIL(d, ERR_UPSTREAM, "The answer is too long.");
		return;
	}
	if (kind == BLOCK_TEXT)
		d->said_something = true;
	emit(d, (struct event){
			.kind = kind == BLOCK_TEXT ? EVENT_TEXT : EVENT_THINK,
			.text = text,
		});
}

static void on_block_start(struct decode *d, const cJSON *ev)
{
	const cJSON *block = json_get(ev, "content_block");
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (type == NULL || d->open || !d->started) {
		FAIL(d, ERR_UPSTREAM, "claude opened a content block out of order.");
		return;
	}
	if (strcmp(type, "text") == 0) {
		d->kind = BLOCK_TEXT;
	} else if (strcmp(type, "thinking") == 0 || strcmp(type, "redacted_thinking") == 0) {
		d->kind = BLOCK_THINKING;
	} else {
		FAIL(d, ERR_INTERNAL, "claude was ended: it used a tool that was not offered.");
		return;
	}
	d->open = true;
	buf_clear(&d->block);
	emit(d, (struct event){.kind = EVENT_OPEN, .block = d->kind});
	if (d->kind == BLOCK_TEXT && text != NULL)
		add_text(d, BLOCK_TEXT, text);
}

static void on_block_delta(struct decode *d, const cJSON *ev)
{
	const cJSON *delta = json_get(ev, "delta");
	const char *text = json_get_string(delta, "text");
	const char *thinking = json_get_string(delta, "thinking");

	if (text != NULL)
		add_text(d, BLOCK_TEXT, text);
	else if (thinking != NULL)
		add_text(d, BLOCK_THINKING, thinking);
}

static void on_block_stop(struct decode *d, const cJSON *ev)
{
	(void)ev;
	if (!d->open) {
		FAIL(d, ERR_UPSTREAM, "claude closed a content block that was not open.");
		return;
	}
	d->open = false;
	emit(d, (struct event){.kind = EVENT_CLOSE});
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
	else
		d->stop = STOP_END;
}

static void on_message_stop(struct decode *d, const cJSON *ev)
{
	(void)ev;
	if (!d->started || d->open || !d->has_stop) {
		FAIL(d, ERR_UPSTREAM, "claude broke its answer off.");
		return;
	}
	if (d->stop == STOP_END && !d->said_something) {
		FAIL(d, ERR_UPSTREAM, "claude sent an empty answer.");
		return;
	}
	emit(d, (struct event){.kind = EVENT_USAGE, .usage = d->usage});
	emit(d, (struct event){.kind = EVENT_STOP, .stop = d->stop});
}

static void on_stream_event(struct decode *d, const cJSON *line)
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

/* A character that came in two halves was repaired twice in the deltas, but is whole here. */
static bool is_what_was_streamed(const struct decode *d, const char *text)
{
	const char *streamed = buf_str(&d->block);

	return text != NULL &&
	       (strcmp(text, streamed) == 0 || strstr(streamed, UTF8_REPLACEMENT) != NULL);
}

/* A whole block again, just before its content_block_stop: it must be what was streamed. */
static void on_assistant(struct decode *d, const cJSON *line)
{
	const cJSON *block = cJSON_GetArrayItem(json_get(json_get(line, "message"), "content"), 0);
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (failure_of_line(line, text, &d->failure))
		return;
	if (d->open && d->kind == BLOCK_TEXT && type != NULL && strcmp(type, "text") == 0 &&
		!is_what_was_streamed(d, text))
		FAIL(d, ERR_UPSTREAM, "claude's answer is not the text it streamed.");
}

static void on_result(struct decode *d, const cJSON *line)
{
	if (json_get_true(line, "is_error")) {
		failure_of_result(line, &d->failure);
		decode_fail(d, &d->failure);
	} else if (!d->started && json_get_number(line, "num_turns") == 0) {
		d->acks++;
	} else {
		FAIL(d, ERR_UPSTREAM, "claude ended its turn without an answer.");
	}
}

static void on_control_response(struct decode *d, const cJSON *line)
{
	const cJSON *response = json_get(line, "response");
	const char *id = json_get_string(response, "request_id");
	const char *subtype = json_get_string(response, "subtype");
	const cJSON *model;

	if (id == NULL || subtype == NULL || strcmp(subtype, "success") != 0) {
		const char *error = json_get_string(response, "error");
		bool model_is_at_fault = id != NULL && strcmp(id, "model") == 0;

		FAIL(d, model_is_at_fault ? ERR_MODEL : ERR_UPSTREAM,
			"claude refused to be set up: %s",
			error != NULL ? error : "it did not say why.");
		return;
	}
	if (strcmp(id, "init") != 0)
		return;
	d->ready = true;
	cJSON_ArrayForEach(model, json_get(json_get(response, "response"), "models"))
	{
		const char *name = json_get_string(model, "value");

		if (name != NULL)
			model_list_add(&d->models, name);
	}
}

static void on_line(struct decode *d, const char *s, size_t n)
{
	static const struct {
		const char *type;
		void (*handle)(struct decode *d, const cJSON *line);
	} kinds[] = {
		{"stream_event", on_stream_event},
		{"assistant", on_assistant},
		{"result", on_result},
		{"system", on_system},
		{"control_response", on_control_response},
	};
	CLEANUP_JSON cJSON *line = NULL;
	const char *type;
	struct err err;

	/* A banner or an empty line holds nothing of the protocol. */
	if (n == 0 || s[0] != '{')
		return;
	buf_clear(&d->clean);
	if (json_repair(&d->clean, s, n) == 0)
		line = json_parse(buf_str(&d->clean), d->clean.len, &err);
	if (line == NULL) {
		FAIL(d, ERR_UPSTREAM, "claude wrote a line that is not JSON.");
		return;
	}
	type = json_get_string(line, "type");
	for (size_t i = 0; type != NULL && i < ARRAY_LEN(kinds); i++)
		if (strcmp(type, kinds[i].type) == 0) {
			kinds[i].handle(d, line);
			return;
		}
}

void decode_feed(struct decode *d, const char *bytes, size_t n)
{
	while (n > 0 && !d->over) {
		const char *end = memchr(bytes, '\n', n);
		size_t len = end != NULL ? (size_t)(end - bytes) : n;

		if (buf_add(&d->line, bytes, len) < 0) {
			FAIL(d, ERR_UPSTREAM, "claude wrote a line longer than %zu bytes.",
				(size_t)DECODE_MAX_LINE);
			return;
		}
		if (end == NULL)
			return;
		on_line(d, buf_str(&d->line), d->line.len);
		buf_clear(&d->line);
		bytes += len + 1;
		n -= len + 1;
	}
}
