#include "wire/chat.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "turn/settle.h"
#include "wire/chat_other.h"
#include "wire/content.h"
#include "wire/function_parse.h"
#include "wire/member.h"
#include "wire/responses_items.h"
#include "wire/tool_parse.h"

static bool is_not_one(const cJSON *v)
{
	return !cJSON_IsNumber(v) || v->valuedouble != 1;
}

static bool is_not_zero(const cJSON *v)
{
	return !cJSON_IsNumber(v) || v->valuedouble != 0;
}

static bool names_audio(const cJSON *v)
{
	const cJSON *item;

	if (!cJSON_IsArray(v))
		return true;
	cJSON_ArrayForEach(item, v)
	{
		if (!cJSON_IsString(item) || strcmp(item->valuestring, "text") != 0)
			return true;
	}
	return false;
}

static const struct param table[] = {
	{"messages", PARAM_HONOURED, NULL},
	{"input", PARAM_HONOURED, NULL},
	{"model", PARAM_HONOURED, NULL},
	{"stream", PARAM_HONOURED, NULL},
	{"stream_options", PARAM_HONOURED, NULL},
	{"tools", PARAM_HONOURED, NULL},
	{"tool_choice", PARAM_HONOURED, NULL},
	{"parallel_tool_calls", PARAM_HONOURED, NULL},
	{"functions", PARAM_HONOURED, NULL},
	{"function_call", PARAM_HONOURED, NULL},
	{"max_tokens", PARAM_HONOURED, NULL},
	{"max_completion_tokens", PARAM_HONOURED, NULL},
	{"stop", PARAM_HONOURED, NULL},
	{"stop_sequences", PARAM_HONOURED, NULL},
	{"reasoning_effort", PARAM_HONOURED, NULL},
	{"response_format", PARAM_HONOURED, NULL},
	{"temperature", PARAM_HONOURED, NULL},
	{"top_p", PARAM_HONOURED, NULL},
	{"max_output_tokens", PARAM_HONOURED, NULL},
	{"reasoning", PARAM_HONOURED, NULL},
	{"text", PARAM_HONOURED, NULL},
	{"instructions", PARAM_HONOURED, NULL},
	{"system", PARAM_HONOURED, NULL},
	{"thinking", PARAM_HONOURED, NULL},
	{"output_config", PARAM_HONOURED, NULL},
	{"seed", PARAM_IGNORED, NULL},
	{"frequency_penalty", PARAM_IGNORED, is_not_zero},
	{"presence_penalty", PARAM_IGNORED, is_not_zero},
	{"logit_bias", PARAM_IGNORED, param_is_filled},
	{"verbosity", PARAM_IGNORED, NULL},
	{"prediction", PARAM_IGNORED, NULL},
	{"store", PARAM_IGNORED, param_is_set},
	{"metadata", PARAM_IGNORED, param_is_filled},
	{"user", PARAM_IGNORED, NULL},
	{"safety_identifier", PARAM_IGNORED, NULL},
	{"service_tier", PARAM_IGNORED, NULL},
	{"prompt_cache_key", PARAM_IGNORED, NULL},
	{"prompt_cache_retention", PARAM_IGNORED, NULL},
	{"web_search_options", PARAM_IGNORED, NULL},
	{"n", PARAM_REFUSED, is_not_one},
	{"logprobs", PARAM_REFUSED, param_is_set},
	{"top_logprobs", PARAM_REFUSED, param_is_above_zero},
	{"audio", PARAM_REFUSED, NULL},
	{"modalities", PARAM_REFUSED, names_audio},
	{"previous_response_id", PARAM_REFUSED, NULL},
	{"conversation", PARAM_REFUSED, NULL},
};
const struct params chat_params = {table, ARRAY_LEN(table)};

static int parse_call(
	struct request *req, struct turn *t, const cJSON *item, const char *at, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	struct tool_call call = {0};
	char inner[MEMBER_AT_SIZE];
	const char *type, *kind;
	const cJSON *f;

	if (member_string(item, "type", at, &type, err) < 0 ||
		member_id(item, "id", at, &id, err) < 0)
		return -1;
	call.id = id;
	call.custom = type != NULL && strcmp(type, "custom") == 0;
	kind = call.custom ? "custom" : "function";
	member_at(inner, at, kind);
	if (member_object(item, kind, at, &f, err) < 0 ||
		member_string(f, "name", inner, &call.name, err) < 0)
		return -1;
	call.arguments = json_get(f, call.custom ? "input" : "arguments");
	return tool_parse_call(req, t, &call, at, err);
}

static int parse_calls(
	struct request *req, struct turn *t, const cJSON *message, const char *at, struct err *err)
{
	const cJSON *calls, *call;
	size_t i = 0;

	if (member_array(message, "tool_calls", at, &calls, err) < 0)
		return -1;
	cJSON_ArrayForEach(call, calls)
	{
		char name[MEMBER_AT_SIZE];

		snprintf(name, sizeof(name), "%.30s.tool_calls[%zu]", at, i++);
		if (parse_call(req, t, call, name, err) < 0)
			return -1;
	}
	return 0;
}

static int parse_assistant(
	struct request *req, const cJSON *message, const char *at, struct err *err)
{
	struct turn *t = request_add_turn(req, ROLE_ASSISTANT);
	const cJSON *content = json_get(message, "content");
	const char *refusal;
	char name[MEMBER_AT_SIZE];

	if (member_string(message, "refusal", at, &refusal, err) < 0)
		return -1;
	if (content == NULL && refusal != NULL)
		turn_add_text(t, refusal);
	member_at(name, at, "content");
	if (content_parse(req, t, content, name, err) < 0 ||
		parse_calls(req, t, message, at, err) < 0)
		return -1;
	return function_parse_call(req, t, message, at, err);
}

static int parse_tool_message(
	struct request *req, const cJSON *message, const char *at, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	char name[MEMBER_AT_SIZE];
	struct part *result;

	if (member_id(message, "tool_call_id", at, &id, err) < 0)
		return -1;
	result = tool_parse_result(request_add_turn(req, ROLE_USER), id, at, err);
	if (result == NULL)
		return -1;
	member_at(name, at, "content");
	return content_parse_result(result, json_get(message, "content"), name, err);
}

static int parse_user(struct request *req, const cJSON *message, const char *at, struct err *err)
{
	const cJSON *content = json_get(message, "content");
	char name[MEMBER_AT_SIZE];

	member_at(name, at, "content");
	if (content == NULL)
		return err_param(err, ERR_INVALID, name, "'%s' is missing.", name);
	return content_parse(req, request_add_turn(req, ROLE_USER), content, name, err);
}

static int parse_system(struct request *req, const cJSON *message, const char *at, struct err *err)
{
	char name[MEMBER_AT_SIZE];

	member_at(name, at, "content");
	return content_parse_system(req, json_get(message, "content"), name, err);
}

int chat_parse_message(struct request *req, const cJSON *message, const char *at, struct err *err)
{
	static const struct {
		const char *role;
		int (*parse)(struct request *, const cJSON *, const char *, struct err *);
	} roles[] = {
		{"system", parse_system},
		{"developer", parse_system},
		{"user", parse_user},
		{"assistant", parse_assistant},
		{"tool", parse_tool_message},
		{"function", function_parse_result},
	};
	const char *role;

	if (member_string(message, "role", at, &role, err) < 0)
		return -1;
	for (size_t i = 0; role != NULL && i < ARRAY_LEN(roles); i++)
		if (strcmp(role, roles[i].role) == 0)
			return roles[i].parse(req, message, at, err);
	return err_param(err, ERR_INVALID, at,
		"'%s' must be an object whose 'role' is one of system, developer, user, assistant, tool, function.",
		at);
}

static int parse_messages(struct request *req, const cJSON *messages, struct err *err)
{
	const cJSON *message;
	size_t i = 0;

	if (!cJSON_IsArray(messages) || cJSON_GetArraySize(messages) == 0)
		return err_param(err, ERR_INVALID, "messages",
			"'messages' must be an array with at least one message.");
	cJSON_ArrayForEach(message, messages)
	{
		char at[32];
		struct item it = {.req = req, .o = message, .list = "messages", .at = at};

		snprintf(at, sizeof(at), "messages[%zu]", i++);
		if ((responses_is_item(message) ? responses_parse_item(&it, err)
						: chat_parse_message(req, message, at, err)) < 0)
			return -1;
	}
	return 0;
}

static int add_stop(struct request *req, const cJSON *v, const char *name, struct err *err)
{
	if (!cJSON_IsString(v) || v->valuestring[0] == '\0' || req->n_stops == REQUEST_MAX_STOPS)
		return err_param(err, ERR_INVALID, name,
			"'%s' must be a string or an array of up to %d of them, none empty.", name,
			REQUEST_MAX_STOPS);
	req->stops[req->n_stops++] = mem_strdup(v->valuestring);
	return 0;
}

static int parse_stop(struct request *req, const cJSON *body, const char *name, struct err *err)
{
	const cJSON *stop = json_get(body, name);
	const cJSON *v;

	if (stop == NULL)
		return 0;
	if (!cJSON_IsArray(stop))
		return add_stop(req, stop, name, err);
	cJSON_ArrayForEach(v, stop)
	{
		if (add_stop(req, v, name, err) < 0)
			return -1;
	}
	return 0;
}

static int parse_limits(struct request *req, const cJSON *body, struct err *err)
{
	/* The newer name is read last, so that it counts when both are there. */
	if (params_parse_count(body, "max_tokens", &req->max_tokens, err) < 0 ||
		params_parse_count(body, "max_completion_tokens", &req->max_tokens, err) < 0 ||
		parse_stop(req, body, "stop", err) < 0 ||
		(req->n_stops == 0 && parse_stop(req, body, "stop_sequences", err) < 0))
		return -1;
	return params_parse_effort(
		json_get(body, "reasoning_effort"), "reasoning_effort", &req->effort, err);
}

static int parse_stream_options(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *options;

	if (member_object(body, "stream_options", "", &options, err) < 0)
		return -1;
	return member_bool(options, "include_usage", "stream_options", &req->include_usage, err);
}

/* The value of `input` if it is the conversation; NULL if `messages` is. */
static const cJSON *find_input(const cJSON *body)
{
	const cJSON *messages = json_get(body, "messages");

	if (messages == NULL || (cJSON_IsArray(messages) && cJSON_GetArraySize(messages) == 0))
		return json_get(body, "input");
	return NULL;
}

static int parse_tools(struct request *req, const cJSON *body, struct err *err)
{
	const char *list = find_input(body) != NULL ? "input" : "messages";

	return responses_parse_tools(req, body, list, err);
}

static int parse_conversation(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *input = find_input(body);

	if (input != NULL)
		return responses_parse_input(req, input, err);
	if (json_get(body, "input") != NULL)
		ignored_add(&req->ignored, "input");
	return parse_messages(req, json_get(body, "messages"), err);
}

int chat_parse(struct request *req, const cJSON *body, struct err *err)
{
	if (params_check(&chat_params, req, body, err) < 0 ||
		params_parse_common(req, body, err) < 0 || chat_other_parse(req, body, err) < 0 ||
		parse_limits(req, body, err) < 0 ||
		params_parse_format(
			req, json_get(body, "response_format"), "response_format", err) < 0 ||
		parse_tools(req, body, err) < 0 || function_parse_all(req, body, err) < 0 ||
		parse_stream_options(req, body, err) < 0 || parse_conversation(req, body, err) < 0)
		return -1;
	params_settle_sampling(req);
	return settle_request(req, find_input(body) != NULL ? "input" : "messages", err);
}
