/*
 * The event sequence of a streamed response: created, in_progress, then for each item
 * added, its parts and deltas, done; at the end completed. Every event has the next
 * sequence_number.
 *
 * An item is done when the next one begins or the answer stops, not when its block
 * closes: only then is it known whether it was cut short.
 */
#include "wire/responses.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/error.h"
#include "wire/sse.h"

/* Returns the next event, for the caller to fill and to give to end_event. */
static cJSON *begin_event(struct wire_out *o, const char *type)
{
	cJSON *ev = cJSON_CreateObject();

	cJSON_AddStringToObject(ev, "type", type);
	cJSON_AddNumberToObject(ev, "sequence_number", o->sequence++);
	return ev;
}

/* Writes ev, which it takes. */
static int end_event(cJSON *ev, struct buf *out)
{
	CLEANUP_JSON cJSON *frame = ev;

	return sse_event(out, json_get_string(frame, "type"), frame);
}

static int write_response(struct wire_out *o, const char *type, const char *status, struct buf *out)
{
	cJSON *ev = begin_event(o, type);

	cJSON_AddItemToObject(ev, "response", responses_object(o, status));
	return end_event(ev, out);
}

static int write_head(struct wire_out *o, struct buf *out)
{
	if (o->head)
		return 0;
	o->head = true;
	if (write_response(o, "response.created", "in_progress", out) < 0)
		return -1;
	return write_response(o, "response.in_progress", "in_progress", out);
}

/* The index of the block that events are about: the last one, or one past it for the refusal. */
static size_t current(const struct wire_out *o)
{
	return responses_refused(o) ? o->answer.n_blocks : o->answer.n_blocks - 1;
}

/* Writes an event about a whole item, which it takes. */
static int write_item(
	struct wire_out *o, const char *type, size_t block, cJSON *item, struct buf *out)
{
	cJSON *ev = begin_event(o, type);

	cJSON_AddNumberToObject(ev, "output_index", (double)responses_index(o, block));
	cJSON_AddItemToObject(ev, "item", item);
	return end_event(ev, out);
}

/*
 * Returns an event about a part of the current item. `part` is the name of the member that has the
 * index of the part, such as content_index; NULL: the event has no such member.
 */
static cJSON *begin_item_event(struct wire_out *o, const char *type, const char *part)
{
	cJSON *ev = begin_event(o, type);
	char id[RESPONSES_ID_SIZE];

	responses_item_id(o, current(o), id);
	cJSON_AddStringToObject(ev, "item_id", id);
	cJSON_AddNumberToObject(ev, "output_index", (double)responses_index(o, current(o)));
	if (part != NULL)
		cJSON_AddNumberToObject(ev, part, 0);
	return ev;
}

/* Writes such an event that has a single string, called `name`. */
static int write_string(struct wire_out *o, const char *type, const char *part, const char *name,
	const char *value, struct buf *out)
{
	cJSON *ev = begin_item_event(o, type, part);

	cJSON_AddStringToObject(ev, name, value);
	if (strncmp(type, "response.output_text.", 21) == 0)
		cJSON_AddArrayToObject(ev, "logprobs");
	return end_event(ev, out);
}

/* Writes such an event that has a part, which it takes; `index` is the name of its index. */
static int write_part(
	struct wire_out *o, const char *type, const char *index, cJSON *part, struct buf *out)
{
	cJSON *ev = begin_item_event(o, type, index);

	cJSON_AddItemToObject(ev, "part", part);
	return end_event(ev, out);
}

static int write_item_done(struct wire_out *o, size_t block, const char *status, struct buf *out)
{
	if (!responses_shows(o, &o->answer.blocks[block]))
		return 0;
	return write_item(
		o, "response.output_item.done", block, responses_item(o, block, status), out);
}

static int write_open(struct wire_out *o, struct buf *out)
{
	size_t block = o->answer.n_blocks - 1;
	const struct block *b = &o->answer.blocks[block];

	if (block > 0 && write_item_done(o, block - 1, "completed", out) < 0)
		return -1;
	if (!responses_shows(o, b))
		return 0;
	if (write_item(o, "response.output_item.added", block,
		    responses_item(o, block, "in_progress"), out) < 0)
		return -1;
	if (b->kind != BLOCK_TEXT)
		return 0;
	return write_part(
		o, "response.content_part.added", "content_index", responses_text_part(""), out);
}

static int write_thinking(struct wire_out *o, const char *text, struct buf *out)
{
	bool first = answer_last(&o->answer)->text.len == strlen(text);

	if (!o->request->wants_summary)
		return 0;
	if (first && write_part(o, "response.reasoning_summary_part.added", "summary_index",
			     responses_summary_part(""), out) < 0)
		return -1;
	return write_string(
		o, "response.reasoning_summary_text.delta", "summary_index", "delta", text, out);
}

/*
 * A function's arguments alone are sent piece by piece. The input of a custom tool is one string in
 * its arguments and is sent at the close, when it is whole; a search has no such events.
 */
static int write_arguments(struct wire_out *o, const char *text, struct buf *out)
{
	if (answer_last(&o->answer)->tool->kind != TOOL_FUNCTION)
		return 0;
	return write_string(o, "response.function_call_arguments.delta", NULL, "delta", text, out);
}

static int close_text(struct wire_out *o, const struct block *b, struct buf *out)
{
	const char *text = buf_str(&b->text);

	if (write_string(o, "response.output_text.done", "content_index", "text", text, out) < 0)
		return -1;
	return write_part(
		o, "response.content_part.done", "content_index", responses_text_part(text), out);
}

static int close_thinking(struct wire_out *o, const struct block *b, struct buf *out)
{
	const char *text = buf_str(&b->text);

	if (!o->request->wants_summary || b->text.len == 0)
		return 0;
	if (write_string(o, "response.reasoning_summary_text.done", "summary_index", "text", text,
		    out) < 0)
		return -1;
	return write_part(o, "response.reasoning_summary_part.done", "summary_index",
		responses_summary_part(text), out);
}

static int close_function(struct wire_out *o, const struct block *b, struct buf *out)
{
	cJSON *ev = begin_item_event(o, "response.function_call_arguments.done", NULL);

	cJSON_AddStringToObject(ev, "name", b->tool->name);
	cJSON_AddStringToObject(ev, "arguments", buf_str(&b->text));
	return end_event(ev, out);
}

static int close_custom(struct wire_out *o, const struct block *b, struct buf *out)
{
	CLEANUP_FREE char *input = answer_custom_input(b);

	if (write_string(o, "response.custom_tool_call_input.delta", NULL, "delta", input, out) < 0)
		return -1;
	return write_string(o, "response.custom_tool_call_input.done", NULL, "input", input, out);
}

static int close_call(struct wire_out *o, const struct block *b, struct buf *out)
{
	switch (b->tool->kind) {
	case TOOL_FUNCTION:
		return close_function(o, b, out);
	case TOOL_CUSTOM:
		return close_custom(o, b, out);
	case TOOL_SEARCH:
		return 0;
	}
	return 0;
}

static int write_close(struct wire_out *o, struct buf *out)
{
	const struct block *b = answer_last(&o->answer);

	switch (b->kind) {
	case BLOCK_TEXT:
		return close_text(o, b, out);
	case BLOCK_THINKING:
		return close_thinking(o, b, out);
	case BLOCK_CALL:
		return close_call(o, b, out);
	}
	return 0;
}

static int write_refusal(struct wire_out *o, struct buf *out)
{
	size_t block = o->answer.n_blocks;

	if (write_item(o, "response.output_item.added", block,
		    responses_refusal_item(o, "in_progress"), out) < 0 ||
		write_part(o, "response.content_part.added", "content_index",
			responses_refusal_part(""), out) < 0 ||
		write_string(o, "response.refusal.delta", "content_index", "delta", ANSWER_REFUSAL,
			out) < 0 ||
		write_string(o, "response.refusal.done", "content_index", "refusal", ANSWER_REFUSAL,
			out) < 0 ||
		write_part(o, "response.content_part.done", "content_index",
			responses_refusal_part(ANSWER_REFUSAL), out) < 0)
		return -1;
	return write_item(
		o, "response.output_item.done", block, responses_refusal_item(o, "completed"), out);
}

static int write_end(struct wire_out *o, struct buf *out)
{
	const char *status = responses_status(o);
	size_t n = o->answer.n_blocks;
	char type[64];

	if (n > 0 && write_item_done(o, n - 1, status, out) < 0)
		return -1;
	if (responses_refused(o) && write_refusal(o, out) < 0)
		return -1;
	snprintf(type, sizeof(type), "response.%s", status);
	return write_response(o, type, status, out);
}

/*
 * The error is told in three places, because each is the only one that some client reads:
 * openai-node reads the members of the `error` event, openai-python, -go and -ruby only an object
 * inside it, and Codex and LangChain the `response.failed` that follows.
 */
static int write_failure(struct wire_out *o, const struct err *fail, struct buf *out)
{
	cJSON *ev;

	if (write_head(o, out) < 0)
		return -1;
	ev = begin_event(o, "error");
	error_add_members(ev, fail);
	cJSON_AddItemToObject(ev, "error", error_object(fail));
	if (end_event(ev, out) < 0)
		return -1;
	return write_response(o, "response.failed", "failed", out);
}

int responses_stream(struct wire_out *o, const struct event *ev, struct buf *out)
{
	switch (ev->kind) {
	case EVENT_START:
		return write_head(o, out);
	case EVENT_OPEN:
		return write_open(o, out);
	case EVENT_TEXT:
		return write_string(
			o, "response.output_text.delta", "content_index", "delta", ev->text, out);
	case EVENT_THINK:
		return write_thinking(o, ev->text, out);
	case EVENT_ARGS:
		return write_arguments(o, ev->text, out);
	case EVENT_CLOSE:
		return write_close(o, out);
	case EVENT_STOP:
		return write_end(o, out);
	case EVENT_FAIL:
		return write_failure(o, ev->fail, out);
	case EVENT_SIGN:
	case EVENT_USAGE:
		return 0;
	}
	return 0;
}

int responses_beat(struct wire_out *o, struct buf *out)
{
	if (!o->head)
		return write_head(o, out);
	return write_response(o, "response.in_progress", "in_progress", out);
}
