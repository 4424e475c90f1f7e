#include "wire/tool_parse.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "turn/tool_names.h"
#include "turn/tool_rename.h"
#include "wire/member.h"
#include "wire/tool_choice.h"
#include "wire/tool_place.h"
#include "wire/tool_schema.h"

#define CUSTOM_SCHEMA                                                                              \
	"{\"type\":\"object\",\"properties\":{\"" TOOL_CUSTOM_ARGUMENT                             \
	"\":{\"type\":\"string\"}},\"required\":[\"" TOOL_CUSTOM_ARGUMENT "\"]}"

/* What Anthropic's API calls `parameters`. */
#define ANTHROPIC_SCHEMA "input_schema"

/* The API takes no grammar for a tool's input, so that the description tells it to the model. */
static int describe(char **to, const struct tool_place *p, struct err *err)
{
	struct buf text = BUF_INIT((size_t)1 << 28);
	const char *description, *grammar, *syntax;
	const cJSON *format, *nested;
	char at[MEMBER_AT_SIZE], inner[MEMBER_AT_SIZE];

	member_at(at, p->at, "format");
	member_at(inner, at, "grammar");
	if (member_string(p->o, "description", p->at, &description, err) < 0 ||
		member_object(p->o, "format", p->at, &format, err) < 0 ||
		member_object(format, "grammar", at, &nested, err) < 0)
		return -1;
	/* Chat has the grammar in `grammar`, Responses has it beside the format's type. */
	if (nested == NULL) {
		nested = format;
		member_at(inner, p->at, "format");
	}
	if (member_string(nested, "definition", inner, &grammar, err) < 0 ||
		member_string(nested, "syntax", inner, &syntax, err) < 0)
		return -1;
	if (grammar == NULL) {
		*to = description != NULL ? mem_strdup(description) : NULL;
		return 0;
	}
	buf_printf(&text, "%s\n\nThe input must follow this %s grammar:\n%s",
		description != NULL ? description : "", syntax != NULL ? syntax : "", grammar);
	*to = mem_steal(&text.data);
	return 0;
}

/* An empty array counts as an empty object, because some languages write one so. */
static int parse_schema(struct tool *t, const struct tool_place *p, struct err *err)
{
	const char *member = json_get(p->o, ANTHROPIC_SCHEMA) ? ANTHROPIC_SCHEMA : "parameters";
	const cJSON *given = json_get(p->o, member);
	CLEANUP_JSON cJSON *schema = NULL;
	char at[MEMBER_AT_SIZE];

	member_at(at, p->at, member);
	t->param = mem_strdup(at);
	if (given == NULL ||
		(given->child == NULL && (cJSON_IsObject(given) || cJSON_IsArray(given)))) {
		t->schema = mem_strdup(TOOL_ANY_SCHEMA);
		return 0;
	}
	if (!cJSON_IsObject(given))
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a JSON schema of type object.", at);
	schema = cJSON_Duplicate(given, true);
	if (tool_schema_fit(schema, at, err) < 0 ||
		tool_names_create(&t->names, schema, at, err) < 0)
		return -1;
	t->schema = cJSON_PrintUnformatted(schema);
	return 0;
}

static int parse_tool(struct request *req, const char *space, const cJSON *tool, const char *type,
	const char *at, struct err *err)
{
	bool custom = strcmp(type, "custom") == 0, search = strcmp(type, TOOL_SEARCH_NAME) == 0;
	const char *name;
	struct tool_place p;
	struct tool *t;

	if (tool_place_find(&p, tool, type, at, err) < 0 ||
		member_string(p.o, "name", p.at, &name, err) < 0)
		return -1;
	if (search)
		name = TOOL_SEARCH_NAME;
	if (name == NULL || name[0] == '\0')
		return err_param(err, ERR_INVALID, at, "'%s' must have a 'name'.", at);
	if (!req->tools.again && tools_find(&req->tools, space, name) != NULL)
		return err_param(
			err, ERR_INVALID, at, "'%s' has the name of a tool before it.", at);
	t = tools_declare(&req->tools, space, name);
	t->kind = TOOL_FUNCTION;
	if (custom || search)
		t->kind = custom ? TOOL_CUSTOM : TOOL_SEARCH;
	if (custom)
		t->schema = mem_strdup(CUSTOM_SCHEMA);
	else if (parse_schema(t, &p, err) < 0)
		return -1;
	return describe(&t->description, &p, err);
}

/* Notes a type of tools as ignored, as tools.web_search wherever such tools stand. */
static void leave_out(struct request *req, const char *type)
{
	ignored_add_member(&req->ignored, "tools", type);
}

static int parse_list(
	struct request *req, const char *space, const cJSON *list, const char *at, struct err *err);

static int parse_namespace(struct request *req, const cJSON *tool, const char *at, struct err *err)
{
	char name[MEMBER_AT_SIZE];
	const cJSON *list;
	const char *space;

	if (member_string(tool, "name", at, &space, err) < 0 ||
		member_array(tool, "tools", at, &list, err) < 0)
		return -1;
	if (space == NULL) {
		leave_out(req, "namespace");
		return 0;
	}
	member_at(name, at, "tools");
	return parse_list(req, space, list, name, err);
}

/* A search that the client runs becomes a tool. OpenAI would run any other: it is left out. */
static int parse_search(struct request *req, const cJSON *tool, const char *at, struct err *err)
{
	const char *execution;

	if (member_string(tool, "execution", at, &execution, err) < 0)
		return -1;
	if (execution != NULL && strcmp(execution, "client") == 0)
		return parse_tool(req, NULL, tool, TOOL_SEARCH_NAME, at, err);
	leave_out(req, TOOL_SEARCH_NAME);
	return 0;
}

/*
 * *type is NULL if the tool has none. A function may come without a type, and comes as a custom
 * tool in Anthropic's API.
 */
static int find_type(const cJSON *tool, const char *at, const char **type, struct err *err)
{
	if (member_string(tool, "type", at, type, err) < 0)
		return -1;
	if (*type == NULL ? json_get(tool, "name") != NULL || json_get(tool, "function") != NULL
			  : json_get(tool, ANTHROPIC_SCHEMA) != NULL)
		*type = "function";
	return 0;
}

static int parse_entry(
	struct request *req, const char *space, const cJSON *tool, const char *at, struct err *err)
{
	const char *type;

	if (find_type(tool, at, &type, err) < 0)
		return -1;
	if (type == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must be an object with a 'type'.", at);
	if (strcmp(type, TOOL_SEARCH_NAME) == 0 && space == NULL)
		return parse_search(req, tool, at, err);
	if (strcmp(type, "function") == 0 || strcmp(type, "custom") == 0)
		return parse_tool(req, space, tool, type, at, err);
	if (strcmp(type, "namespace") == 0 && space == NULL)
		return parse_namespace(req, tool, at, err);
	leave_out(req, type);
	return 0;
}

static int parse_list(
	struct request *req, const char *space, const cJSON *list, const char *at, struct err *err)
{
	const cJSON *tool;
	size_t i = 0;

	cJSON_ArrayForEach(tool, list)
	{
		char name[sizeof(err->param)];

		snprintf(name, sizeof(name), "%.40s[%zu]", at, i++);
		if (parse_entry(req, space, tool, name, err) < 0)
			return -1;
		if (req->tools.n > TOOLS_MAX)
			return err_param(err, ERR_INVALID, at,
				"With those of '%s' there are more than %d tools.", at, TOOLS_MAX);
	}
	return 0;
}

int tool_parse_functions(struct request *req, const cJSON *list, struct err *err)
{
	return parse_list(req, NULL, list, "functions", err);
}

int tool_parse_list(struct request *req, const cJSON *o, const char *at, struct err *err)
{
	char name[MEMBER_AT_SIZE];
	const cJSON *list;

	member_at(name, at, "tools");
	if (member_array(o, "tools", at, &list, err) < 0)
		return -1;
	return parse_list(req, NULL, list, name, err);
}

int tool_parse_choice(struct request *req, const cJSON *body, struct err *err)
{
	if (tool_choice_parse(req, json_get(body, "tool_choice"), err) < 0)
		return -1;
	if (req->tools.n == 0 && req->tools.choice == TOOL_CHOICE_ANY)
		return err_param(err, ERR_INVALID, "tool_choice",
			"'tool_choice' requires a tool, and 'tools' has none.");
	return 0;
}

/* An object with the text as its one member, for the caller to free. */
static char *wrap(const char *member, const char *text)
{
	CLEANUP_JSON cJSON *wrapped = cJSON_CreateObject();

	cJSON_AddStringToObject(wrapped, member, text);
	return cJSON_PrintUnformatted(wrapped);
}

/* The text of the JSON object that the arguments are, or that has them, for the caller to free. */
static char *object_text(const char *arguments)
{
	size_t n = strlen(arguments);
	CLEANUP_JSON cJSON *given = NULL;
	CLEANUP_BUF struct buf text = BUF_INIT(n);
	struct err unused;

	if (n == 0)
		return mem_strdup("{}");
	given = json_parse(arguments, n, &unused);
	if (!cJSON_IsObject(given))
		return wrap("arguments", arguments);
	json_repair(&text, arguments, n);
	cJSON_Minify(text.data); /* a line break would end the CLI's line */
	return mem_steal(&text.data);
}

static char *arguments_text(const struct tool_call *call)
{
	CLEANUP_FREE char *text = NULL;

	if (cJSON_IsObject(call->arguments) && !call->custom)
		return cJSON_PrintUnformatted(call->arguments);
	text = member_text(call->arguments);
	if (call->custom)
		return wrap(TOOL_CUSTOM_ARGUMENT, text != NULL ? text : "");
	return object_text(text != NULL ? text : "");
}

int tool_parse_call(struct request *req, struct turn *t, const struct tool_call *call,
	const char *at, struct err *err)
{
	CLEANUP_FREE char *arguments = NULL;
	const struct tool *tool;
	struct part *p;

	if (call->id == NULL || call->id[0] == '\0' || call->name == NULL || call->name[0] == '\0')
		return err_param(
			err, ERR_INVALID, at, "'%s' must have the id and the name of a call.", at);
	tool = tools_find_called(&req->tools, call->space, call->name);
	arguments = arguments_text(call);
	p = turn_add(t, PART_CALL);
	p->id = mem_strdup(call->id);
	p->name = mem_strdup(call->name);
	if (tool != NULL && tool->space != NULL)
		p->space = mem_strdup(tool->space);
	p->text = tool_rename_told(tool != NULL ? tool->names : NULL, arguments);
	return 0;
}

struct part *tool_parse_result(struct turn *t, const char *id, const char *at, struct err *err)
{
	struct part *result;

	if (id == NULL || id[0] == '\0') {
		err_param(
			err, ERR_INVALID, at, "'%s' must have the id of the call it answers.", at);
		return NULL;
	}
	result = turn_add(t, PART_RESULT);
	result->id = mem_strdup(id);
	return result;
}
