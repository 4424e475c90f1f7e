#include "wire/chat_other.h"

#include <string.h>

#include "base/json.h"
#include "wire/content.h"
#include "wire/member.h"
#include "wire/params.h"

/* {type: disabled} is an effort. The CLI cannot be told how many tokens to think for. */
static int parse_thinking(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *thinking;
	const char *type;

	if (member_object(body, "thinking", "", &thinking, err) < 0 ||
		member_string(thinking, "type", "thinking", &type, err) < 0)
		return -1;
	if (type != NULL && strcmp(type, "disabled") == 0)
		req->effort = EFFORT_NONE;
	if (json_get(thinking, "budget_tokens") != NULL)
		ignored_add(&req->ignored, "thinking.budget_tokens");
	return 0;
}

/* Reads OpenAI's `effort` and OpenRouter's `enabled`, of which false is an effort, too. */
static int parse_reasoning(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *reasoning;
	bool enabled;

	if (member_object(body, "reasoning", "", &reasoning, err) < 0 ||
		member_bool(reasoning, "enabled", "reasoning", &enabled, err) < 0)
		return -1;
	if (json_get(reasoning, "enabled") != NULL && !enabled)
		req->effort = EFFORT_NONE;
	return params_parse_effort(
		json_get(reasoning, "effort"), "reasoning.effort", &req->effort, err);
}

static int parse_effort(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *config;

	if (parse_thinking(req, body, err) < 0 ||
		member_object(body, "output_config", "", &config, err) < 0 ||
		params_parse_effort(
			json_get(config, "effort"), "output_config.effort", &req->effort, err) < 0)
		return -1;
	return parse_reasoning(req, body, err);
}

static int parse_format(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *text;

	if (member_object(body, "text", "", &text, err) < 0)
		return -1;
	if (json_get(body, "response_format") != NULL)
		return 0;
	return params_parse_format(req, json_get(text, "format"), "text.format", err);
}

static int parse_system(struct request *req, const cJSON *body, struct err *err)
{
	const char *instructions;

	if (member_string(body, "instructions", "", &instructions, err) < 0 ||
		(instructions != NULL && request_add_system(req, instructions, err) < 0))
		return -1;
	return content_parse_system(req, json_get(body, "system"), "system", err);
}

int chat_other_parse(struct request *req, const cJSON *body, struct err *err)
{
	if (params_parse_count(body, "max_output_tokens", &req->max_tokens, err) < 0 ||
		parse_effort(req, body, err) < 0 || parse_format(req, body, err) < 0)
		return -1;
	return parse_system(req, body, err);
}
