#include "wire/tool_parse.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

#define CUSTOM_SCHEMA                                                                              \
	"{\"type\":\"object\",\"properties\":{\"" TOOL_CUSTOM_ARGUMENT                             \
	"\":{\"type\":\"string\"}},\"required\":[\"" TOOL_CUSTOM_ARGUMENT "\"]}"

/* Where a tool's or a choice's members stand: under `function` or `custom`, or at its top. */
static const cJSON *inner(const cJSON *tool, const char *type)
{
	const cJSON *o = json_get(tool, type);

	return cJSON_IsObject(o) ? o : tool;
}

static bool describes_object(const cJSON *schema)
{
	const cJSON *type = json_get(schema, "type");

	return type == NULL || (cJSON_IsString(type) && strcmp(type->valuestring, "object") == 0);
}

/* As it is, but for the type that the CLI insists on and OpenAI does not. */
static char *print_schema(const cJSON *schema)
{
	CLEANUP_JSON cJSON *typed = NULL;

	if (json_get(schema, "type") != NULL)
		return cJSON_PrintUnformatted(schema);
	typed = cJSON_Duplicate(schema, true);
	cJSON_DeleteItemFromObjectCaseSensitive(typed, "type");
	cJSON_AddStringToObject(typed, "type", "object");
	return cJSON_PrintUnformatted(typed);
}

/* The API has no grammars for a tool's input: the model is told of it in words. */
static char *describe(const cJSON *o)
{
	const char *description = json_get_string(o, "description");
	const cJSON *format = json_get(o, "format");
	const char *grammar = json_get_string(format, "definition");
	const char *syntax = json_get_string(format, "syntax");
	struct buf text = BUF_INIT((size_t)1 << 28);

	if (grammar == NULL)
		return description != NULL ? mem_strdup(description) : NULL;
	buf_printf(&text, "%s\n\nThe input must follow this %s grammar:\n%s",
		description != NULL ? description : "", syntax != NULL ? syntax : "", grammar);
	return mem_steal(&text.data);
}

static int parse_tool(struct request *req, const char *space, const cJSON *tool, const char *type,
	const char *at, struct err *err)
{
	const cJSON *o = inner(tool, type);
	const char *name = json_get_string(o, "name");
	const cJSON *schema = json_get(o, "parameters");
	bool custom = strcmp(type, "custom") == 0;
	struct tool *t;

	if (name == NULL || name[0] == '\0')
		return err_param(err, ERR_INVALID, at, "'%s' must have a 'name'.", at);
	if (custom && o != tool)
		return err_param(err, ERR_UNSUPPORTED, at,
			"'%s': custom tools are served by POST /v1/responses only.", at);
	if (schema != NULL && (!cJSON_IsObject(schema) || !describes_object(schema)))
		return err_param(err, ERR_INVALID, at,
			"'%s.parameters' must be a JSON schema of type object.", at);
	if (tools_find(&req->tools, space, name) != NULL)
		return err_param(
			err, ERR_INVALID, at, "'%s' has the name of a tool before it.", at);
	t = tools_add(&req->tools, space, name);
	t->custom = custom;
	t->description = describe(o);
	if (custom)
		t->schema = mem_strdup(CUSTOM_SCHEMA);
	else if (cJSON_GetArraySize(schema) > 0)
		t->schema = print_schema(schema);
	else
		t->schema = mem_strdup(TOOL_ANY_SCHEMA);
	return 0;
}

static int parse_list(
	struct request *req, const char *space, const cJSON *list, const char *at, struct err *err);

static int parse_entry(
	struct request *req, const char *space, const cJSON *tool, const char *at, struct err *err)
{
	const char *type = json_get_string(tool, "type");

	if (type == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must be an object with a 'type'.", at);
	if (strcmp(type, "function") == 0 || strcmp(type, "custom") == 0)
		return parse_tool(req, space, tool, type, at, err);
	if (strcmp(type, "namespace") == 0 && space == NULL &&
		json_get_string(tool, "name") != NULL)
		return parse_list(
			req, json_get_string(tool, "name"), json_get(tool, "tools"), at, err);
	request_ignore(req, "tools");
	return 0;
}

static int parse_list(
	struct request *req, const char *space, const cJSON *list, const char *at, struct err *err)
{
	const cJSON *tool;
	size_t i = 0;

	if (list != NULL && !cJSON_IsArray(list))
		return err_param(err, ERR_INVALID, at, "'%s' must be an array.", at);
	cJSON_ArrayForEach(tool, list)
	{
		char name[sizeof(err->param)];

		snprintf(name, sizeof(name), "%.40s[%zu]", at, i++);
		if (req->tools.n >= TOOLS_MAX)
			return err_param(err, ERR_INVALID, at, "'%s' has more than %d tools.", at,
				TOOLS_MAX);
		if (parse_entry(req, space, tool, name, err) < 0)
			return -1;
	}
	return 0;
}

/* {type: function, function: {name}}, or {type: function, name}. */
static const struct tool *named_tool(const struct request *req, const cJSON *choice)
{
	const char *type = json_get_string(choice, "type");
	const char *name;

	if (type == NULL)
		return NULL;
	name = json_get_string(inner(choice, type), "name");
	return name != NULL ? tools_find(&req->tools, json_get_string(choice, "namespace"), name)
			    : NULL;
}

static bool is_allowed(const struct tool *tool, const void *arg)
{
	const cJSON *entry;

	cJSON_ArrayForEach(entry, (const cJSON *)arg)
	{
		const char *type = json_get_string(entry, "type");
		const char *name =
			json_get_string(type != NULL ? inner(entry, type) : entry, "name");

		if (name != NULL && strcmp(name, tool->name) == 0)
			return true;
	}
	return false;
}

static int parse_mode(struct request *req, const char *mode, struct err *err)
{
	static const struct {
		const char *name;
		enum tool_choice choice;
	} modes[] = {
		{"auto", TOOL_CHOICE_AUTO},
		{"none", TOOL_CHOICE_NONE},
		{"required", TOOL_CHOICE_ANY},
	};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (strcmp(mode, modes[i].name) == 0) {
			req->tools.choice = modes[i].choice;
			return 0;
		}
	return err_param(err, ERR_INVALID, "tool_choice",
		"'tool_choice' must be auto, none, required or an object that names a tool.");
}

static int parse_allowed(struct request *req, const cJSON *choice, struct err *err)
{
	const cJSON *o = inner(choice, "allowed_tools");
	const char *mode = json_get_string(o, "mode");

	if (!cJSON_IsArray(json_get(o, "tools")))
		return err_param(err, ERR_INVALID, "tool_choice",
			"'tool_choice' must have the array 'tools' of those that are allowed.");
	tools_keep(&req->tools, is_allowed, json_get(o, "tools"));
	return parse_mode(req, mode != NULL ? mode : "auto", err);
}

static int parse_choice(struct request *req, const cJSON *choice, struct err *err)
{
	const char *type = json_get_string(choice, "type");
	const struct tool *tool;

	if (choice == NULL)
		return 0;
	if (cJSON_IsString(choice))
		return parse_mode(req, choice->valuestring, err);
	if (type != NULL && strcmp(type, "allowed_tools") == 0)
		return parse_allowed(req, choice, err);
	tool = named_tool(req, choice);
	if (tool == NULL)
		return err_param(err, ERR_INVALID, "tool_choice",
			"'tool_choice' names no tool that 'tools' has.");
	req->tools.choice = TOOL_CHOICE_ONE;
	req->tools.chosen = (size_t)(tool - req->tools.list);
	return 0;
}

int tool_parse_all(struct request *req, const cJSON *body, struct err *err)
{
	if (parse_list(req, NULL, json_get(body, "tools"), "tools", err) < 0 ||
		parse_choice(req, json_get(body, "tool_choice"), err) < 0)
		return -1;
	if (req->tools.n == 0 && req->tools.choice == TOOL_CHOICE_ANY)
		return err_param(err, ERR_INVALID, "tool_choice",
			"'tool_choice' requires a tool, and 'tools' has none.");
	return 0;
}

/* Longer than any id that is given out. */
#define PLAIN_ID_SIZE 65

/* The arguments as the text of a JSON object, for the caller to free. */
static char *object_text(const char *arguments)
{
	size_t n = arguments != NULL ? strlen(arguments) : 0;
	CLEANUP_JSON cJSON *given = NULL;
	CLEANUP_JSON cJSON *wrapped = NULL;
	CLEANUP_BUF struct buf text = BUF_INIT(n);
	struct err unused;

	if (n == 0)
		return mem_strdup("{}");
	given = json_parse(arguments, n, &unused);
	if (cJSON_IsObject(given)) {
		json_repair(&text, arguments, n);
		cJSON_Minify(text.data); /* a line break would end the CLI's line */
		return mem_steal(&text.data);
	}
	wrapped = cJSON_CreateObject();
	cJSON_AddStringToObject(wrapped, "arguments", arguments);
	return cJSON_PrintUnformatted(wrapped);
}

int tool_parse_call(struct request *req, struct turn *t, const char *id, const char *space,
	const char *name, const char *arguments, const char *at, struct err *err)
{
	char plain[PLAIN_ID_SIZE] = "";
	char cli_name[TOOL_CLI_NAME_SIZE];
	struct part *call;

	tool_add_plain_id(id != NULL ? id : "", plain, sizeof(plain));
	if (plain[0] == '\0' || name == NULL || name[0] == '\0')
		return err_param(
			err, ERR_INVALID, at, "'%s' must have the id and the name of a call.", at);
	tools_cli_name(&req->tools, space, name, cli_name);
	call = turn_add(t, PART_CALL);
	call->id = mem_strdup(plain);
	call->name = mem_strdup(cli_name);
	call->text = object_text(arguments);
	return 0;
}

struct part *tool_parse_result(struct turn *t, const char *id, const char *at, struct err *err)
{
	char plain[PLAIN_ID_SIZE] = "";
	struct part *result;

	tool_add_plain_id(id != NULL ? id : "", plain, sizeof(plain));
	if (plain[0] == '\0') {
		err_param(
			err, ERR_INVALID, at, "'%s' must have the id of the call it answers.", at);
		return NULL;
	}
	result = turn_add(t, PART_RESULT);
	result->id = mem_strdup(plain);
	return result;
}
