#include "wire/responses.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "wire/error.h"

void responses_item_id(const struct wire_out *o, char id[RESPONSES_ITEM_ID_SIZE])
{
	snprintf(id, RESPONSES_ITEM_ID_SIZE, "msg_%s", o->id);
}

const char *responses_status(enum stop_reason stop)
{
	switch (stop) {
	case STOP_END:
		return "completed";
	case STOP_LENGTH:
	case STOP_REFUSAL:
		return "incomplete";
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

cJSON *responses_message(const struct wire_out *o, const char *status)
{
	cJSON *item = cJSON_CreateObject();
	char id[RESPONSES_ITEM_ID_SIZE];
	cJSON *content;

	responses_item_id(o, id);
	cJSON_AddStringToObject(item, "id", id);
	cJSON_AddStringToObject(item, "type", "message");
	cJSON_AddStringToObject(item, "status", status);
	cJSON_AddStringToObject(item, "role", "assistant");
	content = cJSON_AddArrayToObject(item, "content");
	if (strcmp(status, "in_progress") == 0)
		return item;
	for (size_t i = 0; i < o->answer.n_blocks; i++) {
		const struct block *block = &o->answer.blocks[i];

		if (block->kind == BLOCK_TEXT)
			cJSON_AddItemToArray(content, responses_text_part(buf_str(&block->text)));
	}
	return item;
}

static bool has_text(const struct answer *a)
{
	for (size_t i = 0; i < a->n_blocks; i++)
		if (a->blocks[i].kind == BLOCK_TEXT)
			return true;
	return false;
}

static void add_output(cJSON *response, const struct wire_out *o, const char *status)
{
	cJSON *output = cJSON_AddArrayToObject(response, "output");
	const char *item_status = strcmp(status, "completed") == 0 ? "completed" : "incomplete";

	if (strcmp(status, "in_progress") != 0 && has_text(&o->answer))
		cJSON_AddItemToArray(output, responses_message(o, item_status));
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

/* The codes that clients act on; the type's enum has no others that fit. */
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

/* Members that the SDK's types require, with the values that hold for every answer of ours. */
static void add_settings(cJSON *response, const struct request *req)
{
	cJSON *o;

	if (req->instructions != NULL)
		cJSON_AddStringToObject(response, "instructions", req->instructions);
	else
		cJSON_AddNullToObject(response, "instructions");
	cJSON_AddRawToObject(response, "metadata", req->metadata != NULL ? req->metadata : "{}");
	cJSON_AddFalseToObject(response, "background");
	cJSON_AddNullToObject(response, "max_output_tokens");
	cJSON_AddTrueToObject(response, "parallel_tool_calls");
	cJSON_AddNullToObject(response, "previous_response_id");
	o = cJSON_AddObjectToObject(response, "reasoning");
	cJSON_AddNullToObject(o, "effort");
	cJSON_AddNullToObject(o, "summary");
	cJSON_AddFalseToObject(response, "store");
	cJSON_AddNumberToObject(response, "temperature", 1);
	o = cJSON_AddObjectToObject(response, "text");
	cJSON_AddStringToObject(cJSON_AddObjectToObject(o, "format"), "type", "text");
	cJSON_AddStringToObject(response, "tool_choice", "auto");
	cJSON_AddArrayToObject(response, "tools");
	cJSON_AddNumberToObject(response, "top_p", 1);
	cJSON_AddStringToObject(response, "truncation", "disabled");
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
	cJSON_AddStringToObject(response, "model", o->answer.model != NULL ? o->answer.model : "");
	add_outcome(response, &o->answer, status);
	add_output(response, o, status);
	add_settings(response, o->request);
	if (o->answer.stopped)
		add_usage(response, &o->answer.usage);
	else
		cJSON_AddNullToObject(response, "usage");
	return response;
}

static int whole_object(struct wire_out *o, struct buf *out)
{
	CLEANUP_JSON cJSON *response = responses_object(o, responses_status(o->answer.stop));

	return json_print(out, response);
}

const struct wire wire_responses = {
	.name = "responses",
	.parse = responses_parse,
	.stream = responses_stream,
	.object = whole_object,
};
