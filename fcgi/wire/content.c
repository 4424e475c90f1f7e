#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/attachment.h"
#include "wire/member.h"

/* What parts are added to: a turn, a tool's result, or the system text. */
struct target {
	struct turn *turn;
	bool text_only;
	struct part *result;
	struct request *system;
};

static struct part *add(const struct target *to, enum part_kind kind)
{
	return to->turn != NULL ? turn_add(to->turn, kind) : part_add(to->result, kind);
}

static int add_text(const struct target *to, const char *text, struct err *err)
{
	if (to->system != NULL)
		return request_add_system(to->system, text, err);
	if (to->turn != NULL)
		turn_add_text(to->turn, text);
	else if (text[0] != '\0')
		part_add(to->result, PART_TEXT)->text = mem_strdup(text);
	return 0;
}

/* The member that has the text of a part that is one, else NULL. */
static const char *text_member(const char *type)
{
	static const struct {
		const char *type;
		const char *member;
	} texts[] = {
		{"text", "text"},
		{"input_text", "text"},
		{"output_text", "text"},
		{"refusal", "refusal"},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (strcmp(type, texts[i].type) == 0)
			return texts[i].member;
	return NULL;
}

static bool is_one_of(const char *type, const char *a, const char *b)
{
	return strcmp(type, a) == 0 || strcmp(type, b) == 0;
}

static int parse_part(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	const char *type, *member;
	const char *text = NULL;

	if (member_string(part, "type", at, &type, err) < 0)
		return -1;
	if (type == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must be an object with a 'type'.", at);
	member = text_member(type);
	if (member != NULL && member_string(part, member, at, &text, err) < 0)
		return -1;
	if (text != NULL)
		return add_text(to, text, err);
	if (!to->text_only && is_one_of(type, "image_url", "input_image"))
		return attachment_image(add(to, PART_IMAGE), part, at, err);
	if (!to->text_only && is_one_of(type, "file", "input_file"))
		return attachment_file(add(to, PART_DOCUMENT), part, at, err);
	return err_param(err, ERR_INVALID, at,
		"'%s' must be %s with its content; other parts are not supported here.", at,
		to->text_only ? "a text" : "a text, an image or a file");
}

static int parse(const struct target *to, const cJSON *content, const char *at, struct err *err)
{
	const cJSON *part;
	size_t i = 0;

	if (content == NULL || cJSON_IsNull(content))
		return 0;
	if (cJSON_IsString(content))
		return add_text(to, content->valuestring, err);
	if (!cJSON_IsArray(content))
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a string or an array of parts.", at);
	cJSON_ArrayForEach(part, content)
	{
		char name[MEMBER_AT_SIZE];

		snprintf(name, sizeof(name), "%s[%zu]", at, i++);
		if (parse_part(to, part, name, err) < 0)
			return -1;
	}
	return 0;
}

int content_parse_system(struct request *req, const cJSON *content, const char *at, struct err *err)
{
	return parse(&(struct target){.system = req, .text_only = true}, content, at, err);
}

int content_parse(struct turn *t, const cJSON *content, const char *at, struct err *err)
{
	bool text_only = t->role == ROLE_ASSISTANT;

	return parse(&(struct target){.turn = t, .text_only = text_only}, content, at, err);
}

static bool has_part(const cJSON *list)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, list)
	{
		if (json_get_string(v, "type") != NULL)
			return true;
	}
	return cJSON_GetArraySize(list) == 0;
}

int content_parse_result(struct part *result, const cJSON *content, const char *at, struct err *err)
{
	if (content == NULL || cJSON_IsString(content) || cJSON_IsNull(content) ||
		(cJSON_IsArray(content) && has_part(content)))
		return parse(&(struct target){.result = result}, content, at, err);
	part_add(result, PART_TEXT)->text = member_text(content);
	return 0;
}
