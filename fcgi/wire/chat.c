#include "wire/chat.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/error.h"
#include "wire/sse.h"
#include "wire/wire.h"

/* Some clients send back no more of an id than its letters and digits, 40 at most. */
#define CALL_ID_SIZE 41

static const char *finish_reason(const struct wire_out *o)
{
	switch (o->answer.stop) {
	case STOP_END:
		return "stop";
	case STOP_LENGTH:
		return "length";
	case STOP_CALLS:
		return o->request->wants_function_call ? "function_call" : "tool_calls";
	case STOP_REFUSAL:
		/* Where a schema is wanted, the refusal is in the message, which ended well. */
		return o->request->schema != NULL ? "stop" : "content_filter";
	}
	return "stop";
}

static cJSON *usage_object(const struct usage *u)
{
	uint64_t prompt = u->input + u->cache_read + u->cache_write;
	cJSON *o = cJSON_CreateObject();
	cJSON *details;

	cJSON_AddNumberToObject(o, "prompt_tokens", (double)prompt);
	cJSON_AddNumberToObject(o, "completion_tokens", (double)u->output);
	cJSON_AddNumberToObject(o, "total_tokens", (double)(prompt + u->output));
	details = cJSON_AddObjectToObject(o, "prompt_tokens_details");
	cJSON_AddNumberToObject(details, "cached_tokens", (double)u->cache_read);
	details = cJSON_AddObjectToObject(o, "completion_tokens_details");
	cJSON_AddNumberToObject(details, "reasoning_tokens", (double)u->reasoning);
	return o;
}

static cJSON *envelope(const struct wire_out *o, const char *object)
{
	cJSON *e = cJSON_CreateObject();
	char id[64];

	snprintf(id, sizeof(id), "chatcmpl-%s", o->id);
	cJSON_AddStringToObject(e, "id", id);
	cJSON_AddStringToObject(e, "object", object);
	cJSON_AddNumberToObject(e, "created", (double)o->created);
	cJSON_AddStringToObject(e, "model", wire_out_model(o));
	return e;
}

static int write_chunk(const struct wire_out *o, cJSON *choices, cJSON *usage, struct buf *out)
{
	CLEANUP_JSON cJSON *chunk = envelope(o, "chat.completion.chunk");

	cJSON_AddItemToObject(chunk, "choices", choices);
	if (usage != NULL)
		cJSON_AddItemToObject(chunk, "usage", usage);
	return sse_event(out, NULL, chunk);
}

/* Writes a chunk with delta, which it takes; `finish` is NULL in all but the last one. */
static int write_delta(const struct wire_out *o, cJSON *delta, const char *finish, struct buf *out)
{
	cJSON *choices = cJSON_CreateArray();
	cJSON *choice = cJSON_CreateObject();

	cJSON_AddItemToArray(choices, choice);
	cJSON_AddNumberToObject(choice, "index", 0);
	cJSON_AddItemToObject(choice, "delta", delta);
	cJSON_AddNullToObject(choice, "logprobs");
	if (finish != NULL)
		cJSON_AddStringToObject(choice, "finish_reason", finish);
	else
		cJSON_AddNullToObject(choice, "finish_reason");
	return write_chunk(o, choices, o->request->include_usage ? cJSON_CreateNull() : NULL, out);
}

static int write_head(struct wire_out *o, struct buf *out)
{
	cJSON *delta;

	if (o->head)
		return 0;
	o->head = true;
	delta = cJSON_CreateObject();
	cJSON_AddStringToObject(delta, "role", "assistant");
	cJSON_AddStringToObject(delta, "content", "");
	cJSON_AddNullToObject(delta, "refusal");
	return write_delta(o, delta, NULL, out);
}

static int write_text(
	const struct wire_out *o, const char *member, const char *text, struct buf *out)
{
	cJSON *delta = cJSON_CreateObject();

	cJSON_AddStringToObject(delta, member, text);
	return write_delta(o, delta, NULL, out);
}

/* Whether the call's input, one string in its arguments, is sent once it is whole: at the close. */
static bool is_custom(const struct wire_out *o, const struct block *b)
{
	return b->kind == BLOCK_CALL && b->tool->kind == TOOL_CUSTOM &&
	       !o->request->wants_function_call;
}

/* The member of a call that has s, a piece of the arguments; in a head it has the name, too. */
static cJSON *made_object(const struct wire_out *o, const struct block *b, bool head, const char *s)
{
	cJSON *made = cJSON_CreateObject();

	if (head)
		cJSON_AddStringToObject(made, "name", b->tool->name);
	cJSON_AddStringToObject(made, is_custom(o, b) ? "input" : "arguments", s);
	return made;
}

/* A call, or a piece of one: a head has its id, type and name, and a piece has none of these. */
static cJSON *call_object(const struct wire_out *o, const struct block *b, bool head, const char *s)
{
	const char *type = is_custom(o, b) ? "custom" : "function";
	cJSON *call = cJSON_CreateObject();
	char id[CALL_ID_SIZE] = "";

	if (head) {
		tool_add_plain_id(b->call_id, id, sizeof(id));
		cJSON_AddStringToObject(call, "id", id);
		cJSON_AddStringToObject(call, "type", type);
	}
	cJSON_AddItemToObject(call, type, made_object(o, b, head, s));
	return call;
}

/*
 * As function_call, only the first call is written: there is no place for a second one, and the
 * model was told to make one at most.
 */
static int write_call(const struct wire_out *o, bool head, const char *text, struct buf *out)
{
	const struct block *b = answer_last(&o->answer);
	size_t index = answer_count(&o->answer, BLOCK_CALL) - 1;
	cJSON *delta, *call;

	if (o->request->wants_function_call && index > 0)
		return 0;
	delta = cJSON_CreateObject();
	if (o->request->wants_function_call) {
		cJSON_AddItemToObject(delta, "function_call", made_object(o, b, head, text));
		return write_delta(o, delta, NULL, out);
	}
	call = call_object(o, b, head, text);
	cJSON_AddNumberToObject(call, "index", (double)index);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(delta, "tool_calls"), call);
	return write_delta(o, delta, NULL, out);
}

static int write_open(const struct wire_out *o, enum block_kind kind, struct buf *out)
{
	return kind == BLOCK_CALL ? write_call(o, true, "", out) : 0;
}

static int write_arguments(const struct wire_out *o, const char *text, struct buf *out)
{
	return is_custom(o, answer_last(&o->answer)) ? 0 : write_call(o, false, text, out);
}

static int write_close(const struct wire_out *o, struct buf *out)
{
	const struct block *b = answer_last(&o->answer);
	CLEANUP_FREE char *input = is_custom(o, b) ? answer_custom_input(b) : NULL;

	return input != NULL ? write_call(o, false, input, out) : 0;
}

static bool is_refusal(const struct wire_out *o)
{
	return o->answer.stop == STOP_REFUSAL && o->request->schema != NULL;
}

static int write_end(const struct wire_out *o, struct buf *out)
{
	if (is_refusal(o) && write_text(o, "refusal", ANSWER_REFUSAL, out) < 0)
		return -1;
	if (write_delta(o, cJSON_CreateObject(), finish_reason(o), out) < 0)
		return -1;
	if (o->request->include_usage &&
		write_chunk(o, cJSON_CreateArray(), usage_object(&o->answer.usage), out) < 0)
		return -1;
	return sse_done(out);
}

/* No [DONE] follows, so that no client that overlooks the error takes the answer for whole. */
static int write_failure(const struct err *fail, struct buf *out)
{
	CLEANUP_JSON cJSON *frame = cJSON_CreateObject();

	cJSON_AddItemToObject(frame, "error", error_object(fail));
	return sse_event(out, NULL, frame);
}

static int chat_stream(struct wire_out *o, const struct event *ev, struct buf *out)
{
	switch (ev->kind) {
	case EVENT_START:
		return write_head(o, out);
	case EVENT_OPEN:
		return write_open(o, ev->block, out);
	case EVENT_TEXT:
		return write_text(o, "content", ev->text, out);
	case EVENT_THINK:
		return write_text(o, "reasoning_content", ev->text, out);
	case EVENT_ARGS:
		return write_arguments(o, ev->text, out);
	case EVENT_CLOSE:
		return write_close(o, out);
	case EVENT_STOP:
		return write_end(o, out);
	case EVENT_FAIL:
		return write_failure(ev->fail, out);
	case EVENT_SIGN:
	case EVENT_USAGE:
		return 0;
	}
	return 0;
}

static int chat_beat(struct wire_out *o, struct buf *out)
{
	if (!o->head)
		return write_head(o, out);
	return write_delta(o, cJSON_CreateObject(), NULL, out);
}

static void add_calls(cJSON *message, const struct wire_out *o)
{
	const struct answer *a = &o->answer;
	cJSON *calls = cJSON_CreateArray();

	for (size_t i = 0; i < a->n_blocks; i++) {
		const struct block *b = &a->blocks[i];
		CLEANUP_FREE char *input = is_custom(o, b) ? answer_custom_input(b) : NULL;
		const char *text = input != NULL ? input : buf_str(&b->text);

		if (b->kind != BLOCK_CALL)
			continue;
		if (o->request->wants_function_call) {
			cJSON_AddItemToObject(
				message, "function_call", made_object(o, b, true, text));
			break;
		}
		cJSON_AddItemToArray(calls, call_object(o, b, true, text));
	}
	if (calls->child != NULL)
		cJSON_AddItemToObject(message, "tool_calls", calls);
	else
		cJSON_Delete(calls);
}

static cJSON *message_object(const struct wire_out *o)
{
	const struct answer *a = &o->answer;
	CLEANUP_BUF struct buf text = BUF_INIT(ANSWER_MAX_TEXT);
	CLEANUP_BUF struct buf thinking = BUF_INIT(ANSWER_MAX_TEXT);
	cJSON *message = cJSON_CreateObject();
	bool has_calls = answer_count(a, BLOCK_CALL) > 0;

	answer_join(a, BLOCK_TEXT, &text);
	answer_join(a, BLOCK_THINKING, &thinking);
	cJSON_AddStringToObject(message, "role", "assistant");
	if (text.len == 0 && (has_calls || is_refusal(o)))
		cJSON_AddNullToObject(message, "content");
	else
		cJSON_AddStringToObject(message, "content", buf_str(&text));
	if (is_refusal(o))
		cJSON_AddStringToObject(message, "refusal", ANSWER_REFUSAL);
	else
		cJSON_AddNullToObject(message, "refusal");
	if (thinking.len > 0)
		cJSON_AddStringToObject(message, "reasoning_content", buf_str(&thinking));
	add_calls(message, o);
	return message;
}

static int chat_object(struct wire_out *o, struct buf *out)
{
	CLEANUP_JSON cJSON *completion = envelope(o, "chat.completion");
	cJSON *choices = cJSON_AddArrayToObject(completion, "choices");
	cJSON *choice = cJSON_CreateObject();

	cJSON_AddItemToArray(choices, choice);
	cJSON_AddNumberToObject(choice, "index", 0);
	cJSON_AddItemToObject(choice, "message", message_object(o));
	cJSON_AddNullToObject(choice, "logprobs");
	cJSON_AddStringToObject(choice, "finish_reason", finish_reason(o));
	cJSON_AddItemToObject(completion, "usage", usage_object(&o->answer.usage));
	return json_print(out, completion);
}

const struct wire wire_chat = {
	.name = "chat",
	.keys = wire_keys_bearer,
	.params = &chat_params,
	.parse = chat_parse,
	.stream = chat_stream,
	.beat = chat_beat,
	.object = chat_object,
	.error = error_json,
};
