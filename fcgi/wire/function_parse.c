#include "wire/function_parse.h"

#include <string.h>

#include "base/json.h"
#include "wire/content.h"
#include "wire/member.h"
#include "wire/tool_parse.h"

/* Every function_call has this id at first; calls_settle gives later ones another. */
#define CALL_ID "function"

static int parse_choice(struct request *req, const cJSON *choice, struct err *err)
{
	const char *mode = cJSON_GetStringValue(choice), *name;
	const struct tool *tool;

	if (choice == NULL || (mode != NULL && strcmp(mode, "auto") == 0))
		return 0;
	if (mode != NULL && strcmp(mode, "none") == 0) {
		req->tools.choice = TOOL_CHOICE_NONE;
		return 0;
	}
	if (!cJSON_IsObject(choice))
		return err_param(err, ERR_INVALID, "function_call",
			"'function_call' must be auto, none or an object with a 'name'.");
	if (member_string(choice, "name", "function_call", &name, err) < 0)
		return -1;
	tool = name != NULL ? tools_find(&req->tools, NULL, name) : NULL;
	if (tool == NULL)
		return err_param(err, ERR_INVALID, "function_call",
			"'function_call' names no function that 'functions' has.");
	req->tools.choice = TOOL_CHOICE_ONE;
	req->tools.chosen = (size_t)(tool - req->tools.list);
	return 0;
}

int function_parse_all(struct request *req, const cJSON *body, struct err *err)
{
	const cJSON *functions;

	if (member_array(body, "functions", "", &functions, err) < 0)
		return -1;
	if (functions != NULL && functions->child != NULL) {
		if (cJSON_GetArraySize(json_get(body, "tools")) > 0)
			return err_param(err, ERR_INVALID, "functions",
				"'functions' must not stand beside 'tools': put them into 'tools'.");
		if (tool_parse_functions(req, functions, err) < 0)
			return -1;
		req->wants_function_call = req->tools.one_call = true;
	}
	return parse_choice(req, json_get(body, "function_call"), err);
}

int function_parse_call(
	struct request *req, struct turn *t, const cJSON *message, const char *at, struct err *err)
{
	struct tool_call call = {.id = CALL_ID};
	char inner[MEMBER_AT_SIZE];
	const cJSON *made;

	member_at(inner, at, "function_call");
	if (member_object(message, "function_call", at, &made, err) < 0)
		return -1;
	if (made == NULL)
		return 0;
	if (member_string(made, "name", inner, &call.name, err) < 0)
		return -1;
	call.arguments = json_get(made, "arguments");
	return tool_parse_call(req, t, &call, inner, err);
}

/* Whether the last part of the conversation is a function_call. */
static bool awaits_result(const struct request *req)
{
	const struct turn *t = req->n_turns > 0 ? &req->turns[req->n_turns - 1] : NULL;
	const struct part *p = t != NULL && t->n_parts > 0 ? &t->parts[t->n_parts - 1] : NULL;

	return p != NULL && p->kind == PART_CALL && strcmp(p->id, CALL_ID) == 0;
}

int function_parse_result(
	struct request *req, const cJSON *message, const char *at, struct err *err)
{
	char name[MEMBER_AT_SIZE];
	struct part *result;

	if (!awaits_result(req))
		return err_param(err, ERR_INVALID, at,
			"'%s' has the role function: it must follow the assistant's message with the 'function_call'.",
			at);
	result = tool_parse_result(request_add_turn(req, ROLE_USER), CALL_ID, at, err);
	member_at(name, at, "content");
	return content_parse_result(result, json_get(message, "content"), name, err);
}
