/* POST /chat/completions: https://platform.openai.com/docs/api-reference/chat */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/error.h"
#include "wire/sse.h"
#include "wire/wire.h"

static int refuse_tools(const cJSON *message, const char *at, struct err *err)
{
	const cJSON *calls = json_get(message, "tool_calls");

	if (cJSON_GetArraySize(calls) > 0 || json_get(message, "function_call") != NULL)
		return err_param(
			err, ERR_UNSUPPORTED, at, "'%s': tool calls are not supported here.", at);
	return 0;
}

static int parse_message(struct request *req, const cJSON *message, const char *at, struct err *err)
{
	const char *role = json_get_string(message, "role");
	const cJSON *content = json_get(message, "content");
	char content_at[sizeof(err->param)];
	struct turn *t;

	snprintf(content_at, sizeof(content_at), "%s.content", at);
	if (role == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must be an object with a 'role'.", at);
	if (strcmp(role, "system") == 0 || strcmp(role, "developer") == 0)
		return wire_parse_content(req, NULL, content, content_at, err);
	if (strcmp(role, "user") == 0) {
		if (content == NULL)
			return err_param(
				err, ERR_INVALID, content_at, "'%s' is missing.", content_at);
		return wire_parse_content(
			req, request_add_turn(req, ROLE_USER), content, content_at, err);
	}
	if (strcmp(role, "assistant") == 0) {
		if (refuse_tools(message, at, err) < 0)
			return -1;
		t = request_add_turn(req, ROLE_ASSISTANT);
		if (content == NULL && json_get_string(message, "refusal") != NULL)
			turn_add_text(t, json_get_string(message, "refusal"));
		return wire_parse_content(req, t, content, content_at, err);
	}
	if (strcmp(role, "tool") == 0 || strcmp(role, "function") == 0)
		return err_param(
			err, ERR_UNSUPPORTED, at, "'%s': tool results are not supported here.", at);
	return err_param(err, ERR_INVALID, at,
		"'%s.role' must be one of system, developer, user, assistant, tool.", at);
}

static int chat_parse(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *messages = json_get(body, "messages");
	const cJSON *message;
	size_t i = 0;

	if (wire_parse_common(req, body, err) < 0)
		return -1;
	if (!cJSON_IsArray(messages) || cJSON_GetArraySize(messages) == 0)
		return err_param(err, ERR_INVALID, "messages",
			"'messages' must be an array with at least one message.");
	cJSON_ArrayForEach(message, messages)
	{
		char at[32];

		snprintf(at, sizeof(at), "messages[%zu]", i++);
		if (parse_message(req, message, at, err) < 0)
			return -1;
	}
	req->include_usage = json_get_true(json_get(body, "stream_options"), "include_usage");
	return request_settle(req, "messages", err);
}

static const char *finish_reason(enum stop_reason stop)
{
	switch (stop) {
	case STOP_END:
		return "stop";
	case STOP_LENGTH:
		return "length";
	case STOP_REFUSAL:
		return "content_filter";
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
	cJSON_AddStringToObject(e, "model", o->answer.model);
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

/* Takes delta. `finish` NULL until the last one. */
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

static int write_head(const struct wire_out *o, struct buf *out)
{
	cJSON *delta = cJSON_CreateObject();

	cJSON_AddStringToObject(delta, "role", "assistant");
	cJSON_AddStringToObject(delta, "content", "");
	cJSON_AddNullToObject(delta, "refusal");
	return write_delta(o, delta, NULL, out);
}

static int write_text(const struct wire_out *o, const char *text, struct buf *out)
{
	cJSON *delta = cJSON_CreateObject();

	cJSON_AddStringToObject(delta, "content", text);
	return write_delta(o, delta, NULL, out);
}

static int write_end(const struct wire_out *o, struct buf *out)
{
	if (write_delta(o, cJSON_CreateObject(), finish_reason(o->answer.stop), out) < 0)
		return -1;
	if (o->request->include_usage &&
		write_chunk(o, cJSON_CreateArray(), usage_object(&o->answer.usage), out) < 0)
		return -1;
	return sse_done(out);
}

/* No [DONE] follows: a client that overlooks the error must not take this for a whole answer. */
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
	case EVENT_TEXT:
		return write_text(o, ev->text, out);
	case EVENT_STOP:
		return write_end(o, out);
	case EVENT_FAIL:
		return write_failure(ev->fail, out);
	case EVENT_OPEN:
	case EVENT_THINK:
	case EVENT_CLOSE:
	case EVENT_USAGE:
		return 0;
	}
	return 0;
}

static cJSON *message_object(const struct answer *a)
{
	CLEANUP_BUF struct buf text = BUF_INIT(ANSWER_MAX_TEXT);
	cJSON *message = cJSON_CreateObject();

	for (size_t i = 0; i < a->n_blocks; i++)
		if (a->blocks[i].kind == BLOCK_TEXT)
			buf_puts(&text, buf_str(&a->blocks[i].text));
	cJSON_AddStringToObject(message, "role", "assistant");
	cJSON_AddStringToObject(message, "content", buf_str(&text));
	cJSON_AddNullToObject(message, "refusal");
	return message;
}

static int chat_object(struct wire_out *o, struct buf *out)
{
	CLEANUP_JSON cJSON *completion = envelope(o, "chat.completion");
	cJSON *choices = cJSON_AddArrayToObject(completion, "choices");
	cJSON *choice = cJSON_CreateObject();

	cJSON_AddItemToArray(choices, choice);
	cJSON_AddNumberToObject(choice, "index", 0);
	cJSON_AddItemToObject(choice, "message", message_object(&o->answer));
	cJSON_AddNullToObject(choice, "logprobs");
	cJSON_AddStringToObject(choice, "finish_reason", finish_reason(o->answer.stop));
	cJSON_AddItemToObject(completion, "usage", usage_object(&o->answer.usage));
	return json_print(out, completion);
}

const struct wire wire_chat = {
	.name = "chat",
	.parse = chat_parse,
	.stream = chat_stream,
	.object = chat_object,
};
