#include "wire/responses.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/error.h"

/* Some clients keep an id only if it is `call_` with letters and digits, 64 in all at most. */
#define CALL_ID_SIZE 65

#define SEAL_VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

char *responses_seal(const char *thinking, const char *signature)
{
	CLEANUP_JSON cJSON *o = cJSON_CreateObject();
	CLEANUP_FREE char *text = NULL;
	size_t size;
	char *sealed;

	cJSON_AddStringToObject(o, "thinking", thinking);
	cJSON_AddStringToObject(o, "signature", signature);
	text = cJSON_PrintUnformatted(o);
	size = sodium_base64_encoded_len(strlen(text), SEAL_VARIANT);
	sealed = mem_alloc(size);
	return sodium_bin2base64(
		sealed, size, (const unsigned char *)text, strlen(text), SEAL_VARIANT);
}

cJSON *responses_unseal(const char *sealed)
{
	size_t n = strlen(sealed), len = 0;
	CLEANUP_FREE char *text = mem_alloc(n + 1);
	CLEANUP_JSON cJSON *o = NULL;
	struct err unused;

	if (sodium_base642bin(
		    (unsigned char *)text, n, sealed, n, NULL, &len, NULL, SEAL_VARIANT) != 0)
		return NULL;
	o = json_parse(text, len, &unused);
	if (json_get_string(o, "thinking") == NULL || json_get_string(o, "signature") == NULL)
		return NULL;
	return mem_steal(&o);
}

bool responses_shows(const struct wire_out *o, const struct block *b)
{
	return b->kind != BLOCK_THINKING || o->request->wants_summary ||
	       o->request->wants_signature;
}

size_t responses_index(const struct wire_out *o, size_t block)
{
	size_t index = 0;

	for (size_t i = 0; i < block; i++)
		index += responses_shows(o, &o->answer.blocks[i]);
	return index;
}

/* The prefix of its id and the type that an item has which calls a tool of each kind. */
static const struct {
	const char *prefix, *type;
} call_items[] = {
	[TOOL_FUNCTION] = {"fc", "function_call"},
	[TOOL_CUSTOM] = {"ctc", "custom_tool_call"},
	[TOOL_SEARCH] = {"tsc", "tool_search_call"},
};

static const char *id_prefix(const struct wire_out *o, size_t block)
{
	const struct block *b = &o->answer.blocks[block];

	if (block == o->answer.n_blocks)
		return "msg";
	switch (b->kind) {
	case BLOCK_TEXT:
		return "msg";
	case BLOCK_THINKING:
		return "rs";
	case BLOCK_CALL:
		return call_items[b->tool->kind].prefix;
	}
	return "msg";
}

void responses_item_id(const struct wire_out *o, size_t block, char id[RESPONSES_ID_SIZE])
{
	snprintf(id, RESPONSES_ID_SIZE, "%s_%s%02zu", id_prefix(o, block), o->id, block);
}

bool responses_refused(const struct wire_out *o)
{
	return o->answer.stopped && o->answer.stop == STOP_REFUSAL && o->request->schema != NULL;
}

const char *responses_status(const struct wire_out *o)
{
	switch (o->answer.stop) {
	case STOP_END:
	case STOP_CALLS:
		return "completed";
	case STOP_LENGTH:
		return "incomplete";
	case STOP_REFUSAL:
		return responses_refused(o) ? "completed" : "incomplete";
	}
	return "completed";
}

cJSON *responses_text_part(const char *text)
{
	cJSON *part = cJSON_CreateObject();

	cJSON_AddStringToObject(part, "type", "output_text");
	cJSON_AddArrayToObject(part, "annotations");
	cJSON_AddArrayToObject(part, "logprobs");
	cJSON_AddStringToObject(part, "text", text);
	return part;
}

cJSON *responses_refusal_part(const char *text)
{
	cJSON *part = cJSON_CreateObject();

	cJSON_AddStringToObject(part, "type", "refusal");
	cJSON_AddStringToObject(part, "refusal", text);
	return part;
}

cJSON *responses_summary_part(const char *text)
{
	cJSON *part = cJSON_CreateObject();

	cJSON_AddStringToObject(part, "type", "summary_text");
	cJSON_AddStringToObject(part, "text", text);
	return part;
}

static bool is_done(const char *status)
{
	return strcmp(status, "in_progress") != 0;
}

static void add_message(cJSON *item, cJSON *part, const char *status)
{
	cJSON *content;

	cJSON_AddStringToObject(item, "type", "message");
	cJSON_AddStringToObject(item, "role", "assistant");
	content = cJSON_AddArrayToObject(item, "content");
	if (is_done(status))
		cJSON_AddItemToArray(content, part);
	else
		cJSON_Delete(part);
}

static void add_name(cJSON *item, const struct tool *tool)
{
	cJSON_AddStringToObject(item, "name", tool->name);
	if (tool->space != NULL)
		cJSON_AddStringToObject(item, "namespace", tool->space);
}

static void add_input(cJSON *item, const struct block *b, const char *status)
{
	CLEANUP_FREE char *input = answer_custom_input(b);

	add_name(item, b->tool);
	cJSON_AddStringToObject(item, "input", is_done(status) ? input : "");
}

/* The arguments of a search are an object, not a text; an empty one if the call was cut short. */
static void add_search(cJSON *call, const struct block *b, const char *status)
{
	struct err unused;
	cJSON *arguments =
		is_done(status) ? json_parse(buf_str(&b->text), b->text.len, &unused) : NULL;

	if (!cJSON_IsObject(arguments)) {
		cJSON_Delete(arguments);
		arguments = cJSON_CreateObject();
	}
	cJSON_AddStringToObject(call, "execution", "client");
	cJSON_AddItemToObject(call, "arguments", arguments);
}

static void add_call(cJSON *item, const struct block *b, const char *status)
{
	char id[CALL_ID_SIZE] = "call_";

	cJSON_AddStringToObject(item, "type", call_items[b->tool->kind].type);
	tool_add_plain_id(b->call_id, id, sizeof(id));
	cJSON_AddStringToObject(item, "call_id", id);
	switch (b->tool->kind) {
	case TOOL_FUNCTION:
		add_name(item, b->tool);
		cJSON_AddStringToObject(
			item, "arguments", is_done(status) ? buf_str(&b->text) : "");
		return;
	case TOOL_CUSTOM:
		add_input(item, b, status);
		return;
	case TOOL_SEARCH:
		add_search(item, b, status);
		return;
	}
}

static void add_reasoning(
	cJSON *item, const struct wire_out *o, const struct block *b, const char *status)
{
	cJSON *summary;

	cJSON_AddStringToObject(item, "type", "reasoning");
	summary = cJSON_AddArrayToObject(item, "summary");
	if (!is_done(status))
		return;
	if (o->request->wants_summary && b->text.len > 0)
		cJSON_AddItemToArray(summary, responses_summary_part(buf_str(&b->text)));
	if (o->request->wants_signature && b->signature != NULL) {
		CLEANUP_FREE char *sealed = responses_seal(buf_str(&b->text), b->signature);

		cJSON_AddStringToObject(item, "encrypted_content", sealed);
	}
}

static cJSON *new_item(const struct wire_out *o, size_t block, const char *status)
{
	cJSON *item = cJSON_CreateObject();
	char id[RESPONSES_ID_SIZE];

	responses_item_id(o, block, id);
	cJSON_AddStringToObject(item, "id", id);
	cJSON_AddStringToObject(item, "status", status);
	return item;
}

cJSON *responses_item(const struct wire_out *o, size_t block, const char *status)
{
	const struct block *b = &o->answer.blocks[block];
	cJSON *item = new_item(o, block, status);

	switch (b->kind) {
	case BLOCK_TEXT:
		add_message(item, responses_text_part(buf_str(&b->text)), status);
		break;
	case BLOCK_THINKING:
		add_reasoning(item, o, b, status);
		break;
	case BLOCK_CALL:
		add_call(item, b, status);
		break;
	}
	return item;
}

cJSON *responses_refusal_item(const struct wire_out *o, const char *status)
{
	cJSON *item = new_item(o, o->answer.n_blocks, status);

	add_message(item, responses_refusal_part(ANSWER_REFUSAL), status);
	return item;
}

/* An answer that was cut short was cut in its last item. */
static const char *item_status(const struct wire_out *o, size_t block, const char *status)
{
	bool last = block + 1 == o->answer.n_blocks;

	if (!o->answer.blocks[block].closed || (last && strcmp(status, "incomplete") == 0))
		return "incomplete";
	return "completed";
}

static void add_output(cJSON *response, const struct wire_out *o, const char *status)
{
	cJSON *output = cJSON_AddArrayToObject(response, "output");

	for (size_t i = 0; is_done(status) && i < o->answer.n_blocks; i++)
		if (responses_shows(o, &o->answer.blocks[i]))
			cJSON_AddItemToArray(
				output, responses_item(o, i, item_status(o, i, status)));
	if (responses_refused(o))
		cJSON_AddItemToArray(output, responses_refusal_item(o, "completed"));
}

static void add_usage(cJSON *response, const struct usage *u)
{
	uint64_t prompt = u->input + u->cache_read + u->cache_write;
	cJSON *usage = cJSON_AddObjectToObject(response, "usage");
	cJSON *details;

	cJSON_AddNumberToObject(usage, "input_tokens", (double)prompt);
	details = cJSON_AddObjectToObject(usage, "input_tokens_details");
	cJSON_AddNumberToObject(details, "cached_tokens", (double)u->cache_read);
	cJSON_AddNumberToObject(details, "cache_write_tokens", (double)u->cache_write);
	cJSON_AddNumberToObject(usage, "output_tokens", (double)u->output);
	details = cJSON_AddObjectToObject(usage, "output_tokens_details");
	cJSON_AddNumberToObject(details, "reasoning_tokens", (double)u->reasoning);
	cJSON_AddNumberToObject(usage, "total_tokens", (double)(prompt + u->output));
}

/* The codes that clients act on; OpenAI's list of codes in a response has no others that fit. */
static const char *failure_code(enum err_kind kind)
{
	if (kind == ERR_RATE_LIMIT || kind == ERR_QUOTA)
		return "rate_limit_exceeded";
	if (kind == ERR_CONTEXT)
		return error_code(kind);
	return "server_error";
}

static void add_outcome(cJSON *response, const struct answer *a, const char *status)
{
	cJSON *o;

	if (strcmp(status, "failed") == 0) {
		o = cJSON_AddObjectToObject(response, "error");
		cJSON_AddStringToObject(o, "code", failure_code(a->failure.kind));
		cJSON_AddStringToObject(o, "message", a->failure.message);
	} else {
		cJSON_AddNullToObject(response, "error");
	}
	if (strcmp(status, "incomplete") == 0) {
		o = cJSON_AddObjectToObject(response, "incomplete_details");
		cJSON_AddStringToObject(o, "reason",
			a->stop == STOP_REFUSAL ? "content_filter" : "max_output_tokens");
	} else {
		cJSON_AddNullToObject(response, "incomplete_details");
	}
}

static void add_echo(cJSON *response, const struct request *req)
{
	CLEANUP_JSON cJSON *echo = cJSON_Parse(req->echo);
	cJSON *member;

	while (echo != NULL && (member = echo->child) != NULL) {
		cJSON_DetachItemViaPointer(echo, member);
		cJSON_AddItemToObject(response, member->string, member);
	}
}

cJSON *responses_object(const struct wire_out *o, const char *status)
{
	cJSON *response = cJSON_CreateObject();
	char id[64];

	snprintf(id, sizeof(id), "resp_%s", o->id);
	cJSON_AddStringToObject(response, "id", id);
	cJSON_AddStringToObject(response, "object", "response");
	cJSON_AddNumberToObject(response, "created_at", (double)o->created);
	cJSON_AddStringToObject(response, "status", status);
	cJSON_AddStringToObject(response, "model", wire_out_model(o));
	add_outcome(response, &o->answer, status);
	add_output(response, o, status);
	cJSON_AddFalseToObject(response, "background");
	cJSON_AddNullToObject(response, "previous_response_id");
	cJSON_AddFalseToObject(response, "store");
	add_echo(response, o->request);
	if (o->answer.stopped)
		add_usage(response, &o->answer.usage);
	else
		cJSON_AddNullToObject(response, "usage");
	return response;
}

static int whole_object(struct wire_out *o, struct buf *out)
{
	CLEANUP_JSON cJSON *response = responses_object(o, responses_status(o));

	return json_print(out, response);
}

const struct wire wire_responses = {
	.name = "responses",
	.keys = wire_keys_bearer,
	.params = &responses_params,
	.tries_websocket = true,
	.parse = responses_parse,
	.stream = responses_stream,
	.beat = responses_beat,
	.object = whole_object,
	.error = error_json,
};
