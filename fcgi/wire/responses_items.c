#include "wire/responses_items.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/content.h"
#include "wire/member.h"
#include "wire/responses.h"
#include "wire/tool_parse.h"

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

int responses_parse_input(struct request *req, const cJSON *input, struct err *err)
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
