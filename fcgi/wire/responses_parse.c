/* The request of POST /responses: https://platform.openai.com/docs/api-reference/responses */
#include "wire/responses.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

static int parse_message(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	const char *role = json_get_string(item, "role");
	const cJSON *content = json_get(item, "content");
	char content_at[sizeof(err->param)];

	snprintf(content_at, sizeof(content_at), "%s.content", at);
	if (role == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must have a 'role'.", at);
	if (strcmp(role, "system") == 0 || strcmp(role, "developer") == 0)
		return wire_parse_content(req, NULL, content, content_at, err);
	if (content == NULL)
		return err_param(err, ERR_INVALID, content_at, "'%s' is missing.", content_at);
	if (strcmp(role, "user") == 0)
		return wire_parse_content(
			req, request_add_turn(req, ROLE_USER), content, content_at, err);
	if (strcmp(role, "assistant") == 0)
		return wire_parse_content(
			req, request_add_turn(req, ROLE_ASSISTANT), content, content_at, err);
	return err_param(err, ERR_INVALID, at,
		"'%s.role' must be one of system, developer, user, assistant.", at);
}

/*
 * Reasoning and references to stored items come back from clients that replay what
 * another server gave them; they say nothing that the text does not.
 */
static int parse_item(struct request *req, const cJSON *item, const char *at, struct err *err)
{
	const char *type = json_get_string(item, "type");

	if (!cJSON_IsObject(item))
		return err_param(err, ERR_INVALID, at, "'%s' must be an object.", at);
	if (type == NULL || strcmp(type, "message") == 0)
		return parse_message(req, item, at, err);
	if (strcmp(type, "reasoning") == 0 || strcmp(type, "item_reference") == 0)
		return 0;
	return err_param(err, ERR_UNSUPPORTED, at, "'%s': only messages are supported here.", at);
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

static int parse_echoes(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *instructions = json_get(body, "instructions");
	const cJSON *metadata = json_get(body, "metadata");
	struct buf text = BUF_INIT((size_t)1 << 28);

	if (instructions != NULL && !cJSON_IsString(instructions))
		return err_param(
			err, ERR_INVALID, "instructions", "'instructions' must be a string.");
	if (instructions != NULL) {
		req->instructions = mem_strdup(instructions->valuestring);
		if (request_add_system(req, req->instructions, err) < 0)
			return -1;
	}
	if (metadata != NULL && !cJSON_IsObject(metadata))
		return err_param(err, ERR_INVALID, "metadata", "'metadata' must be an object.");
	if (metadata != NULL && json_print(&text, metadata) == 0)
		req->metadata = mem_steal(&text.data);
	buf_finish(&text);
	return 0;
}

int responses_parse(struct request *req, const cJSON *body, struct err *err)
{
	if (wire_parse_common(req, body, err) < 0 || parse_echoes(req, body, err) < 0 ||
		parse_input(req, json_get(body, "input"), err) < 0)
		return -1;
	return request_settle(req, "input", err);
}
