#include "wire/responses.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "turn/settle.h"
#include "wire/member.h"
#include "wire/responses_items.h"
#include "wire/tool_parse.h"

static bool is_not_disabled(const cJSON *v)
{
	return !cJSON_IsString(v) || strcmp(v->valuestring, "disabled") != 0;
}

static const struct param table[] = {
	{"input", PARAM_HONOURED, NULL},
	{"model", PARAM_HONOURED, NULL},
	{"instructions", PARAM_HONOURED, NULL},
	{"stream", PARAM_HONOURED, NULL},
	{"tools", PARAM_HONOURED, NULL},
	{"tool_choice", PARAM_HONOURED, NULL},
	{"parallel_tool_calls", PARAM_HONOURED, NULL},
	{"max_output_tokens", PARAM_HONOURED, NULL},
	{"reasoning", PARAM_HONOURED, NULL},
	{"text", PARAM_HONOURED, NULL},
	{"include", PARAM_HONOURED, NULL},
	{"metadata", PARAM_HONOURED, NULL},
	{"temperature", PARAM_HONOURED, NULL},
	{"top_p", PARAM_HONOURED, NULL},
	{"store", PARAM_IGNORED, param_is_set},
	{"truncation", PARAM_IGNORED, is_not_disabled},
	{"max_tool_calls", PARAM_IGNORED, NULL},
	{"stream_options", PARAM_IGNORED, NULL},
	{"context_management", PARAM_IGNORED, NULL},
	{"user", PARAM_IGNORED, NULL},
	{"safety_identifier", PARAM_IGNORED, NULL},
	{"service_tier", PARAM_IGNORED, NULL},
	{"prompt_cache_key", PARAM_IGNORED, NULL},
	{"prompt_cache_retention", PARAM_IGNORED, NULL},
	{"top_logprobs", PARAM_REFUSED, param_is_above_zero},
	{"background", PARAM_REFUSED, param_is_set},
	{"conversation", PARAM_REFUSED, NULL},
	{"previous_response_id", PARAM_REFUSED, NULL},
	{"prompt", PARAM_REFUSED, NULL},
};
const struct params responses_params = {table, ARRAY_LEN(table)};

static int parse_instructions(struct request *req, const cJSON *body, struct err *err)
{
	const char *instructions;
	const cJSON *metadata;

	if (member_object(body, "metadata", "", &metadata, err) < 0 ||
		member_string(body, "instructions", "", &instructions, err) < 0)
		return -1;
	return instructions != NULL ? request_add_system(req, instructions, err) : 0;
}

static int parse_include(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *include, *item;

	if (member_array(body, "include", "", &include, err) < 0)
		return -1;
	cJSON_ArrayForEach(item, include)
	{
		if (!cJSON_IsString(item))
			return err_param(err, ERR_INVALID, "include",
				"'include' must be an array of strings.");
		if (strcmp(item->valuestring, "reasoning.encrypted_content") == 0)
			req->wants_signature = true;
	}
	return 0;
}

static int parse_reasoning_wishes(struct request *req, const cJSON *body, struct err *err)
{
	const char *summary, *older;
	const cJSON *reasoning;

	if (member_object(body, "reasoning", "", &reasoning, err) < 0 ||
		member_string(reasoning, "summary", "reasoning", &summary, err) < 0 ||
		member_string(reasoning, "generate_summary", "reasoning", &older, err) < 0 ||
		parse_include(req, body, err) < 0)
		return -1;
	req->wants_summary = summary != NULL || older != NULL;
	return params_parse_effort(
		json_get(reasoning, "effort"), "reasoning.effort", &req->effort, err);
}

static int parse_conversation(struct request *req, const cJSON *body, struct err *err)
{
	if (json_get(body, "input") == NULL && json_get(body, "messages") != NULL)
		return err_param(err, ERR_INVALID, "messages",
			"'messages' belong to POST /v1/chat/completions; the conversation of POST /v1/responses is its 'input'.");
	return responses_parse_input(req, json_get(body, "input"), err);
}

/* Keeps the members of the answer that repeat those of the request, or tell their defaults. */
static void keep_echo(struct request *req, const cJSON *body)
{
	static const struct {
		const char *name;
		const char *otherwise;
	} members[] = {
		{"instructions", "null"},
		{"max_output_tokens", "null"},
		{"max_tool_calls", "null"},
		{"metadata", "{}"},
		{"parallel_tool_calls", "true"},
		{"prompt_cache_key", "null"},
		{"reasoning", "{\"effort\":null,\"summary\":null}"},
		{"safety_identifier", "null"},
		{"temperature", "1"},
		{"text", "{\"format\":{\"type\":\"text\"}}"},
		{"tool_choice", "\"auto\""},
		{"tools", "[]"},
		{"top_p", "1"},
		{"truncation", "\"disabled\""},
		{"user", "null"},
	};
	CLEANUP_JSON cJSON *echo = cJSON_CreateObject();

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		const cJSON *v = json_get(body, members[i].name);

		cJSON_AddItemToObject(echo, members[i].name,
			v != NULL ? cJSON_Duplicate(v, true) : cJSON_Parse(members[i].otherwise));
	}
	req->echo = cJSON_PrintUnformatted(echo);
}

int responses_parse(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *text;

	if (member_object(body, "text", "", &text, err) < 0 ||
		params_check(&responses_params, req, body, err) < 0 ||
		params_parse_common(req, body, err) < 0 ||
		params_parse_count(body, "max_output_tokens", &req->max_tokens, err) < 0 ||
		params_parse_format(req, json_get(text, "format"), "text.format", err) < 0 ||
		parse_reasoning_wishes(req, body, err) < 0 ||
		responses_parse_tools(req, body, "input", err) < 0 ||
		parse_instructions(req, body, err) < 0 || parse_conversation(req, body, err) < 0)
		return -1;
	keep_echo(req, body);
	params_settle_sampling(req);
	return settle_request(req, "input", err);
}
