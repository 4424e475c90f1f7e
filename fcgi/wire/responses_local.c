#include "wire/responses_items.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "wire/content.h"
#include "wire/member.h"

/* How many items before an output are looked at for its call. */
#define LOOK_BACK 64

#define TEXT_MAX ((size_t)1 << 28)

/* Finds what pairs a call with its output: `call_id`, or `id`, which older clients have instead. */
static int find_id(const struct item *it, char **id, struct err *err)
{
	if (member_id(it->o, "call_id", it->at, id, err) < 0)
		return -1;
	return *id != NULL ? 0 : member_id(it->o, "id", it->at, id, err);
}

static int add_call(
	const struct item *it, const char *name, const cJSON *arguments, struct err *err)
{
	CLEANUP_FREE char *id = NULL;

	return find_id(it, &id, err) < 0 ? -1 : item_add_call(it, id, name, arguments, err);
}

/* Adds a call whose arguments are the object in `member`. */
static int parse_call(const struct item *it, const char *name, const char *member, struct err *err)
{
	const cJSON *arguments;

	if (member_object(it->o, member, it->at, &arguments, err) < 0)
		return -1;
	return add_call(it, name, arguments, err);
}

static int parse_local_shell(const struct item *it, struct err *err)
{
	return parse_call(it, "local_shell", "action", err);
}

static int parse_shell(const struct item *it, struct err *err)
{
	return parse_call(it, "shell", "action", err);
}

static int parse_apply_patch(const struct item *it, struct err *err)
{
	return parse_call(it, "apply_patch", "operation", err);
}

static int parse_computer(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *arguments = NULL;
	const cJSON *actions;

	if (member_array(it->o, "actions", it->at, &actions, err) < 0)
		return -1;
	if (actions == NULL)
		return parse_call(it, "computer", "action", err);
	arguments = item_wrap("actions", actions);
	return add_call(it, "computer", arguments, err);
}

static int parse_program(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *arguments = NULL;
	const char *code;

	if (member_string(it->o, "code", it->at, &code, err) < 0)
		return -1;
	arguments = item_wrap("code", json_get(it->o, "code"));
	return add_call(it, "program", arguments, err);
}

/* Adds the output in `member`, which has one of the forms of a function's; `id` may be NULL. */
static int add_output(const struct item *it, const char *id, const char *member, struct err *err)
{
	struct part *result = item_add_result(it, id);
	char name[MEMBER_AT_SIZE];

	member_at(name, it->at, member);
	return result == NULL ? 0
			      : content_parse_result(result, json_get(it->o, member), name, err);
}

static int parse_output(const struct item *it, const char *member, struct err *err)
{
	CLEANUP_FREE char *id = NULL;

	return find_id(it, &id, err) < 0 ? -1 : add_output(it, id, member, err);
}

static int parse_shell_output(const struct item *it, struct err *err)
{
	return parse_output(it, "output", err);
}

static int parse_program_output(const struct item *it, struct err *err)
{
	return parse_output(it, "result", err);
}

/* The `call_id` of the local_shell_call before this item that has this `id`, or NULL. */
static const cJSON *call_id_of(const struct item *it, const char *id)
{
	const cJSON *o = it->o;

	/* The first item's `prev` is the last item, which has no next. */
	for (size_t i = 0; i < LOOK_BACK && o->prev != NULL && o->prev->next != NULL; i++) {
		const char *type, *own;

		o = o->prev;
		type = json_get_string(o, "type");
		own = json_get_string(o, "id");
		if (type != NULL && own != NULL && strcmp(type, "local_shell_call") == 0 &&
			strcmp(own, id) == 0)
			return json_get(o, "call_id");
	}
	return NULL;
}

/* Clients name the call by its `call_id` or its `id`, and write either into `id` or `call_id`. */
static int parse_local_shell_output(const struct item *it, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	char *other;

	if (find_id(it, &id, err) < 0)
		return -1;
	other = id != NULL ? member_text(call_id_of(it, id)) : NULL;
	if (other != NULL) {
		free(id);
		id = other;
	}
	return add_output(it, id, "output", err);
}

static int parse_apply_patch_output(const struct item *it, struct err *err)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP_FREE char *id = NULL;
	const char *status, *output;
	struct part *result;

	if (find_id(it, &id, err) < 0 || member_string(it->o, "status", it->at, &status, err) < 0 ||
		member_string(it->o, "output", it->at, &output, err) < 0)
		return -1;
	result = item_add_result(it, id);
	if (result == NULL)
		return 0;
	buf_printf(&text, "%s%s%s", status != NULL ? status : "",
		status != NULL && output != NULL ? ": " : "", output != NULL ? output : "");
	part_add(result, PART_TEXT)->text = mem_strdup(buf_str(&text));
	return 0;
}

/* A screenshot differs from an image in its type alone, so it is read as one. */
static int parse_computer_output(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *parts = cJSON_CreateArray();
	CLEANUP_FREE char *id = NULL;
	char name[MEMBER_AT_SIZE];
	const cJSON *screenshot;
	struct part *result;
	cJSON *part;

	if (find_id(it, &id, err) < 0 ||
		member_object(it->o, "output", it->at, &screenshot, err) < 0)
		return -1;
	result = item_add_result(it, id);
	if (result == NULL || screenshot == NULL)
		return 0;
	part = cJSON_Duplicate(screenshot, true);
	cJSON_DeleteItemFromObjectCaseSensitive(part, "type");
	cJSON_AddStringToObject(part, "type", "input_image");
	cJSON_AddItemToArray(parts, part);
	member_at(name, it->at, "output");
	return content_parse_result(result, parts, name, err);
}

const struct item_type responses_local[] = {
	{"local_shell_call", parse_local_shell},
	{"local_shell_call_output", parse_local_shell_output},
	{"shell_call", parse_shell},
	{"shell_call_output", parse_shell_output},
	{"apply_patch_call", parse_apply_patch},
	{"apply_patch_call_output", parse_apply_patch_output},
	{"computer_call", parse_computer},
	{"computer_call_output", parse_computer_output},
	{"program", parse_program},
	{"program_output", parse_program_output},
};
const size_t responses_n_local = ARRAY_LEN(responses_local);
