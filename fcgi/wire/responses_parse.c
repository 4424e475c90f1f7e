#include "wire/responses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/content.h"
#include "wire/member.h"
#include "wire/tool_parse.h"

static bool is_not_disabled(const cJSON *v)
{
	return !cJSON_IsString(v) || strcmp(v->valuestring, "disabled") != 0;
}

const struct param responses_params[] = {
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
const size_t responses_n_params = ARRAY_LEN(responses_params);

static int parse_message(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	const cJSON *content = json_get(item, "content");
	char name[MEMBER_AT_SIZE];
	const char *role;

	if (member_string(item, "role", at, &role, err) < 0)
		return -1;
	member_at(name, at, "content");
	if (role == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must have a 'role'.", at);
	if (strcmp(role, "system") == 0 || strcmp(role, "developer") == 0)
		return content_parse_system(req, content, name, err);
	if (content == NULL)
		return err_param(err, ERR_INVALID, name, "'%s' is missing.", name);
	if (strcmp(role, "user") == 0)
		return content_parse(request_add_turn(req, ROLE_USER), content, name, err);
	if (strcmp(role, "assistant") == 0)
		return content_parse(request_add_turn(req, ROLE_ASSISTANT), content, name, err);
	return err_param(err, ERR_INVALID, at,
		"'%s.role' must be one of system, developer, user, assistant.", at);
}

static int parse_call(struct request *req, const cJSON *item, const char *arguments, const char *at,
	struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	struct tool_call call = {
		.arguments = json_get(item, arguments),
		.custom = strcmp(arguments, "input") == 0,
	};

	if (member_id(item, "call_id", at, &id, err) < 0 ||
		member_string(item, "namespace", at, &call.space, err) < 0 ||
		member_string(item, "name", at, &call.name, err) < 0)
		return -1;
	call.id = id;
	return tool_parse_call(req, request_add_turn(req, ROLE_ASSISTANT), &call, at, err);
}

static int parse_function_call(
	struct request *req, const cJSON *item, const char *at, struct err *err)
{
	return parse_call(req, item, "arguments", at, err);
}

static int parse_custom_call(
	struct request *req, const cJSON *item, const char *at, struct err *err)
{
	return parse_call(req, item, "input", at, err);
}

static int parse_output(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	char name[MEMBER_AT_SIZE];
	struct part *result;

	if (member_id(item, "call_id", at, &id, err) < 0)
		return -1;
	result = tool_parse_result(request_add_turn(req, ROLE_USER), id, at, err);
	if (result == NULL)
		return -1;
	member_at(name, at, "output");
	return content_parse_result(result, json_get(item, "output"), name, err);
}

/* Thinking that is not ours to replay says nothing that the text does not. */
static int parse_reasoning(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	CLEANUP_JSON cJSON *thinking = NULL;
	const char *sealed;
	struct part *p;

	if (member_string(item, "encrypted_content", at, &sealed, err) < 0)
		return -1;
	thinking = sealed != NULL ? responses_unseal(sealed) : NULL;
	if (thinking == NULL)
		return 0;
	p = turn_add(request_add_turn(req, ROLE_ASSISTANT), PART_THINKING);
	p->text = mem_strdup(json_get_string(thinking, "thinking"));
	p->signature = mem_strdup(json_get_string(thinking, "signature"));
	return 0;
}

/* Nothing is stored. What a reference to reasoning stands for is not missed; a text would be. */
static int parse_reference(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	const char *id;

	(void)req;
	if (member_string(item, "id", at, &id, err) < 0)
		return -1;
	if (id != NULL && strncmp(id, "rs_", 3) == 0)
		return 0;
	return err_param(err, ERR_UNSUPPORTED, at,
		"'%s' refers to a stored item, and nothing is stored here: send store:false, so "
		"that "
		"your client sends the items themselves.",
		at);
}

static int parse_item(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	static const struct {
		const char *type;
		int (*parse)(struct request *, const cJSON *, const char *, struct err *);
	} types[] = {
		{"message", parse_message},
		{"function_call", parse_function_call},
		{"function_call_output", parse_output},
		{"custom_tool_call", parse_custom_call},
		{"custom_tool_call_output", parse_output},
		{"reasoning", parse_reasoning},
		{"item_reference", parse_reference},
	};
	const char *type;

	if (!cJSON_IsObject(item))
		return err_param(err, ERR_INVALID, at, "'%s' must be an object.", at);
	if (member_string(item, "type", at, &type, err) < 0)
		return -1;
	if (type == NULL)
		return parse_message(req, item, at, err);
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(type, types[i].type) == 0)
			return types[i].parse(req, item, at, err);
	return err_param(
		err, ERR_UNSUPPORTED, at, "'%s' is an item of a type not supported here.", at);
}

static int parse_input(struct request *req, const cJSON *input, struct err *err)
{
	const cJSON *item;
	size_t i = 0;

	if (cJSON_IsString(input)) {
		turn_add_text(request_add_turn(req, ROLE_USER), input->valuestring);
		return 0;
	}
	if (!cJSON_IsArray(input))
		return err_param(err, ERR_INVALID, "input",
			"'input' must be a string or an array of items.");
	cJSON_ArrayForEach(item, input)
	{
		char at[32];

		snprintf(at, sizeof(at), "input[%zu]", i++);
		if (parse_item(req, item, at, err) < 0)
			return -1;
	}
	return 0;
}

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

/* The members of the answer that repeat the request, or say what holds without them. */
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
		params_check(responses_params, responses_n_params, req, body, err) < 0 ||
		params_parse_common(req, body, err) < 0 ||
		params_parse_count(body, "max_output_tokens", &req->max_tokens, err) < 0 ||
		params_parse_format(req, json_get(text, "format"), "text.format", err) < 0 ||
		parse_reasoning_wishes(req, body, err) < 0 || tool_parse_all(req, body, err) < 0 ||
		parse_instructions(req, body, err) < 0 ||
		parse_input(req, json_get(body, "input"), err) < 0)
		return -1;
	keep_echo(req, body);
	params_settle_sampling(req);
	return request_settle(req, "input", err);
}
