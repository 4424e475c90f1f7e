#include "claude/decode_block.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "claude/line.h"
#include "claude/meant.h"
#include "claude/offer.h"
#include "turn/tool_rename.h"

void decode_block_init(struct decode_block *b, const struct request *request,
	const struct aliases *aliases, struct emitter *emitter)
{
	*b = (struct decode_block){
		.request = request,
		.aliases = aliases,
		.emitter = emitter,
		.said = {.held = BUF_INIT(LINE_LIMIT)},
		.text = BUF_INIT(LINE_LIMIT),
		.signature = BUF_INIT(LINE_LIMIT),
	};
	cut_init(&b->cut, request);
}

void decode_block_finish(struct decode_block *b)
{
	buf_finish(&b->said.held);
	mcp_calls_finish(&b->said.calls);
	mcp_calls_finish(&b->said.strays);
	buf_finish(&b->text);
	buf_finish(&b->signature);
	cut_finish(&b->cut);
}

/*
 * A whole answer can wait until the CLI has found it to fit: should it not, the model tries
 * again and the client never knows. A stream has it as it is written.
 */
static bool holds_back(const struct decode_block *b)
{
	return !b->request->stream;
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

static void emit_piece(struct decode_block *b, const char *text)
{
	if (text[0] == '\0')
		return;
	if (b->kind == BLOCK_TEXT)
		b->said.words = true;
	emitter_emit(b->emitter, (struct event){.kind = text_event(b->kind), .text = text});
}

/* The model goes on behind a stop sequence of ours; what it says there is nobody's business. */
static void add_words(struct decode_block *b, const char *text)
{
	CLEANUP_BUF struct buf sure = BUF_INIT(2 * LINE_LIMIT);
	bool stops = cut_feed(&b->cut, text, &sure);

	emit_piece(b, buf_str(&sure));
	if (!stops)
		return;
	emitter_emit(b->emitter, (struct event){.kind = EVENT_CLOSE});
	b->said.cut = true;
}

/*
 * What might have been the beginning of a stop sequence was none. Arguments that have names of
 * ours in them are made the client's when they are whole.
 */
static void end_words(struct decode_block *b)
{
	CLEANUP_BUF struct buf rest = BUF_INIT(2 * LINE_LIMIT);
	CLEANUP_FREE char *arguments = NULL;

	if (b->names != NULL) {
		arguments = tool_rename_given(b->names, buf_str(&b->text));
		emit_piece(b, arguments);
	}
	cut_flush(&b->cut, &rest);
	emit_piece(b, buf_str(&rest));
}

static void add_text(struct decode_block *b, const char *text)
{
	if (b->open == OPEN_NONE) {
		EMITTER_FAIL(
			b->emitter, ERR_UPSTREAM, "claude sent text outside its content block.");
		return;
	}
	if (text[0] == '\0')
		return;
	if (buf_puts(&b->text, text) < 0) {
		EMITTER_FAIL(
			b->emitter, ERR_INVALID, "The answer is too long: ask for less at once.");
		return;
	}
	if (b->open == OPEN_HIDDEN || b->names != NULL)
		return;
	if (b->cut.needed && b->kind == BLOCK_TEXT && !b->is_json)
		add_words(b, text);
	else
		emit_piece(b, text);
}

static void open_block(struct decode_block *b, struct event ev, bool is_json, bool hidden)
{
	bool is_call = ev.block == BLOCK_CALL && ev.tool != NULL;

	b->open = hidden ? OPEN_HIDDEN : OPEN_SHOWN;
	b->kind = ev.block;
	b->names = is_call ? ev.tool->names : NULL;
	b->is_json = is_json;
	buf_clear(&b->text);
	if (hidden)
		return;
	b->said.text = b->said.text || ev.block == BLOCK_TEXT;
	emitter_emit(b->emitter, ev);
}

/* The answer that fits a schema is a call of the CLI's tool; of several the first counts. */
static void open_fit(struct decode_block *b)
{
	bool hidden = b->said.fits || holds_back(b);

	b->said.fits = true;
	open_block(b, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT}, true, hidden);
}

/*
 * A call of no tool is not the client's business: the CLI says so to the model, which goes on. A
 * mangled name is answered so as well, but the client has what was meant by then.
 */
static void open_tool(struct decode_block *b, const cJSON *block)
{
	const char *name = json_get_string(block, "name");
	struct event ev = {.kind = EVENT_OPEN, .block = BLOCK_CALL};

	ev.call_id = json_get_string(block, "id");
	if (name == NULL || ev.call_id == NULL) {
		EMITTER_FAIL(
			b->emitter, ERR_UPSTREAM, "claude called a tool without saying which.");
		return;
	}
	if (b->request->schema != NULL && strcmp(name, OFFER_SCHEMA_TOOL) == 0) {
		open_fit(b);
		return;
	}
	ev.tool = meant_tool(b->aliases, name);
	if (ev.tool != NULL) {
		b->said.call = b->said.words = true;
		mcp_calls_add(&b->said.calls)->id = mem_strdup(ev.call_id);
	} else {
		b->said.astray = true;
		mcp_calls_add(&b->said.strays)->id = mem_strdup(ev.call_id);
	}
	open_block(b, ev, true, ev.tool == NULL);
}

void decode_block_begin_message(struct decode_block *b)
{
	b->said.fits = b->said.astray = false;
	buf_clear(&b->said.held);
}

void decode_block_start(struct decode_block *b, const cJSON *ev)
{
	const cJSON *block = json_get(ev, "content_block");
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (type == NULL || b->open != OPEN_NONE) {
		EMITTER_FAIL(
			b->emitter, ERR_UPSTREAM, "claude opened a content block out of order.");
	} else if (strcmp(type, "text") == 0) {
		open_block(b, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT}, false,
			b->request->schema != NULL);
		add_text(b, text != NULL ? text : "");
	} else if (strcmp(type, "thinking") == 0 || strcmp(type, "redacted_thinking") == 0) {
		open_block(b, (struct event){.kind = EVENT_OPEN, .block = BLOCK_THINKING}, false,
			false);
	} else if (strcmp(type, "tool_use") == 0) {
		open_tool(b, block);
	} else {
		EMITTER_FAIL(b->emitter, ERR_INTERNAL,
			"claude was ended: it used a tool that was not offered.");
	}
}

/* Which member of a delta goes with which block. */
static const char *delta_text(const struct decode_block *b, const cJSON *delta)
{
	if (b->kind == BLOCK_THINKING)
		return json_get_string(delta, "thinking");
	return json_get_string(delta, b->is_json ? "partial_json" : "text");
}

static bool has_text(const cJSON *delta)
{
	return json_get(delta, "text") != NULL || json_get(delta, "thinking") != NULL ||
	       json_get(delta, "partial_json") != NULL;
}

void decode_block_delta(struct decode_block *b, const cJSON *ev)
{
	const cJSON *delta = json_get(ev, "delta");
	const char *signature = json_get_string(delta, "signature");
	const char *text = delta_text(b, delta);

	if (b->open != OPEN_NONE && b->kind == BLOCK_THINKING && signature != NULL) {
		if (buf_puts(&b->signature, signature) < 0)
			EMITTER_FAIL(b->emitter, ERR_UPSTREAM,
				"The signature of the thinking is too long.");
	} else if (text != NULL) {
		add_text(b, text);
	} else if (b->open == OPEN_NONE || has_text(delta)) {
		EMITTER_FAIL(
			b->emitter, ERR_UPSTREAM, "claude sent text outside its content block.");
	}
}

void decode_block_stop(struct decode_block *b, const cJSON *ev)
{
	(void)ev;
	if (b->open == OPEN_NONE) {
		EMITTER_FAIL(b->emitter, ERR_UPSTREAM,
			"claude closed a content block that was not open.");
		return;
	}
	/* An empty object has no delta, but it is one all the same. */
	if (b->is_json && b->text.len == 0)
		add_text(b, "{}");
	if (b->is_json && b->kind == BLOCK_TEXT && b->said.held.len == 0 && holds_back(b) &&
		buf_add(&b->said.held, b->text.data, b->text.len) < 0)
		EMITTER_FAIL(
			b->emitter, ERR_INVALID, "The answer is too long: ask for less at once.");
	end_words(b);
	if (b->signature.len > 0)
		emitter_emit(
			b->emitter, (struct event){.kind = EVENT_SIGN, .text = b->signature.data});
	buf_clear(&b->signature);
	if (b->open == OPEN_SHOWN)
		emitter_emit(b->emitter, (struct event){.kind = EVENT_CLOSE});
	b->open = OPEN_NONE;
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

void decode_block_check(struct decode_block *b, const cJSON *block)
{
	const char *type = json_get_string(block, "type");
	const char *text = json_get_string(block, "text");

	if (b->open != OPEN_NONE && b->kind == BLOCK_TEXT && type != NULL &&
		strcmp(type, "text") == 0 &&
		(text == NULL || !is_what_was_streamed(buf_str(&b->text), text)))
		EMITTER_FAIL(
			b->emitter, ERR_UPSTREAM, "claude's answer is not the text it streamed.");
}
