#include "wire/tool_choice.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/member.h"
#include "wire/tool_place.h"

/* The tool of that name in any namespace; NULL if there is none, or more than one. */
static const struct tool *find_in_spaces(const struct tools *tools, const char *name)
{
	const struct tool *found = NULL;

	for (size_t i = 0; i < tools->n; i++) {
		if (strcmp(tools->list[i].name, name) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = &tools->list[i];
	}
	return found;
}

/* Finds the tool of {type: function, function: {name}} or {type: function, name}; NULL: none. */
static int find_named(const struct request *req, const cJSON *choice, const char *type,
	const struct tool **tool, struct err *err)
{
	const char *name, *space;
	struct tool_place p;

	if (tool_place_find(&p, choice, type, "tool_choice", err) < 0 ||
		member_string(p.o, "name", p.at, &name, err) < 0 ||
		member_string(choice, "namespace", "tool_choice", &space, err) < 0)
		return -1;
	*tool = NULL;
	if (type == NULL || name == NULL)
		return 0;
	*tool = tools_find(&req->tools, space, name);
	if (*tool == NULL && space == NULL)
		*tool = find_in_spaces(&req->tools, name);
	return 0;
}

/* Finds the name in an entry of the tools that are allowed; NULL: it has none. */
static int allowed_name(const cJSON *entry, const char *at, const char **name, struct err *err)
{
	const char *type;
	struct tool_place p;

	*name = NULL;
	if (!cJSON_IsObject(entry))
		return err_param(err, ERR_INVALID, at, "'%s' must be an object.", at);
	if (member_string(entry, "type", at, &type, err) < 0 ||
		tool_place_find(&p, entry, type, at, err) < 0)
		return -1;
	return member_string(p.o, "name", p.at, name, err);
}

/* Whether an entry, all of which were checked before, names the tool. */
static bool is_allowed(const struct tool *tool, const void *arg)
{
	const cJSON *entry;

	cJSON_ArrayForEach(entry, (const cJSON *)arg)
	{
		struct err unused;
		const char *name;

		if (allowed_name(entry, "", &name, &unused) == 0 && name != NULL &&
			strcmp(name, tool->name) == 0)
			return true;
	}
	return false;
}

/* Makes `mode` the choice of the request; false: it is no mode. */
static bool take_mode(struct request *req, const char *mode)
{
	static const struct {
		const char *name;
		enum tool_choice choice;
	} modes[] = {
		{"auto", TOOL_CHOICE_AUTO}, {"none", TOOL_CHOICE_NONE},
		{"required", TOOL_CHOICE_ANY}, {"any", TOOL_CHOICE_ANY}, /* in Anthropic's words */
	};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (strcmp(mode, modes[i].name) == 0) {
			req->tools.choice = modes[i].choice;
			return true;
		}
	return false;
}

static int parse_mode(struct request *req, const char *mode, struct err *err)
{
	if (take_mode(req, mode))
		return 0;
	return err_param(err, ERR_INVALID, "tool_choice",
		"'tool_choice' must be auto, none, required or an object that names a tool.");
}

static int parse_allowed(struct request *req, const cJSON *choice, struct err *err)
{
	const cJSON *list, *entry;
	const char *mode, *name;
	struct tool_place p;
	size_t i = 0;

	if (tool_place_find(&p, choice, "allowed_tools", "tool_choice", err) < 0 ||
		member_string(p.o, "mode", p.at, &mode, err) < 0 ||
		member_array(p.o, "tools", p.at, &list, err) < 0)
		return -1;
	if (list == NULL)
		return err_param(err, ERR_INVALID, "tool_choice",
			"'tool_choice' must have the array 'tools' of those that are allowed.");
	cJSON_ArrayForEach(entry, list)
	{
		char at[MEMBER_AT_SIZE];

		snprintf(at, sizeof(at), "%.40s.tools[%zu]", p.at, i++);
		if (allowed_name(entry, at, &name, err) < 0)
			return -1;
	}
	tools_keep(&req->tools, is_allowed, list);
	return parse_mode(req, mode != NULL ? mode : "auto", err);
}

int tool_choice_parse(struct request *req, const cJSON *choice, struct err *err)
{
	const struct tool *tool;
	const char *type;

	if (choice == NULL)
		return 0;
	if (!cJSON_IsObject(choice))
		return parse_mode(req, cJSON_IsString(choice) ? choice->valuestring : "", err);
	if (member_string(choice, "type", "tool_choice", &type, err) < 0)
		return -1;
	if (type != NULL && strcmp(type, "allowed_tools") == 0)
		return parse_allowed(req, choice, err);
	/* Cursor and Anthropic's API write {type: auto}. */
	if (type != NULL && take_mode(req, type))
		return 0;
	if (find_named(req, choice, type, &tool, err) < 0)
		return -1;
	if (tool == NULL)
		return err_param(err, ERR_INVALID, "tool_choice",
			"'tool_choice' names no tool that 'tools' has.");
	req->tools.choice = TOOL_CHOICE_ONE;
	req->tools.chosen = (size_t)(tool - req->tools.list);
	return 0;
}
