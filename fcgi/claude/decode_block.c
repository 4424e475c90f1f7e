#include "claude/decode_block.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "claude/decode_turn.h"
#include "claude/meant.h"
#include "claude/offer.h"
#include "turn/tool_rename.h"

/*
 * A whole answer can wait until the CLI has found it to fit: should it not, the model tries
 * again and the client never knows. A stream has it as it is written.
 */
static bool holds_back(const struct decode *d)
{
	return !d->request->stream;
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

static void emit_piece(struct decode *d, const char *text)
{
	if (text[0] == '\0')
		return;
	if (d->kind == BLOCK_TEXT)
		d->spoke = true;
	decode_emit(d, (struct event){.kind = text_event(d->kind), .text = text});
}

/* The model goes on behind a stop sequence of ours; what it says there is nobody's business. */
static void add_words(struct decode *d, const char *text)
{
	CLEANUP_BUF struct buf sure = BUF_INIT(2 * DECODE_MAX_LINE);
	bool stops = cut_feed(&d->cut, text, &sure);

	emit_piece(d, buf_str(&sure));
	if (!stops)
		return;
	decode_emit(d, (struct event){.kind = EVENT_CLOSE});
	d->rest = REST_DOUBT;
	decode_turn_finish(d, STOP_END);
}

/*
 * What might have been the beginning of a stop sequence was none. Arguments that have names of
 * ours in them are made the client's when they are whole.
 */
static void end_words(struct decode *d)
{
	CLEANUP_BUF struct buf rest = BUF_INIT(2 * DECODE_MAX_LINE);
	CLEANUP_FREE char *arguments = NULL;

	if (d->names != NULL) {
		arguments = tool_rename_given(d->names, buf_str(&d->block));
		emit_piece(d, arguments);
	}
	cut_flush(&d->cut, &rest);
	emit_piece(d, buf_str(&rest));
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
		DECODE_FAIL(d, ERR_INVALID, "The answer is too long: ask for less at once.");
		return;
	}
	if (d->hidden || d->names != NULL)
		return;
	if (d->cut.needed && d->kind == BLOCK_TEXT && !d->is_json)
		add_words(d, text);
	else
		emit_piece(d, text);
}

static void open_block(struct decode *d, struct event ev, bool is_json, bool hidden)
{
	bool is_call = ev.block == BLOCK_CALL && ev.tool != NULL;

	d->open = true;
	d->kind = ev.block;
	d->names = is_call ? ev.tool->names : NULL;
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
	if (d->request->schema != NULL && strcmp(name, OFFER_SCHEMA_TOOL) == 0) {
		open_fit(d);
		return;
	}
	ev.tool = meant_tool(&d->request->tools, name);
	if (ev.tool != NULL) {
		d->has_call = d->spoke = true;
		mcp_calls_add(&d->calls)->id = mem_strdup(ev.call_id);
	} else {
		d->astray = true;
		mcp_calls_add(&d->strays)->id = mem_strdup(ev.call_id);
	}
	open_block(d, ev, true, ev.tool == NULL);
}

void decode_block_start(struct decode *d, const cJSON *ev)
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

void decode_block_delta(struct decode *d, const cJSON *ev)
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

void decode_block_stop(struct decode *d, const cJSON *ev)
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
		DECODE_FAIL(d, ERR_INVALID, "The answer is too long: ask for less at once.");
	end_words(d);
	if (d->signature.len > 0)
		decode_emit(d, (struct event){.kind = EVENT_SIGN, .text = d->signature.data});
	buf_clear(&d->signature);
	d->open = false;
	if (!d->hidden)
		decode_emit(d, (struct event){.kind = EVENT_CLOSE});
	d->hidden = false;
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

void decode_block_check(struct decode *d, const cJSON *block)
{
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (d->open && d->kind == BLOCK_TEXT && type != NULL && strcmp(type, "text") == 0 &&
		(text == NULL || !is_what_was_streamed(buf_str(&d->block), text)))
		DECODE_FAIL(d, ERR_UPSTREAM, "claude's answer is not the text it streamed.");
}
