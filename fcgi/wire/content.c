#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/member.h"
#include "wire/source.h"

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

/* {image_url: URL}, or {image_url: {url: URL}}. */
static int parse_image(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	const cJSON *holder = json_get(part, "image_url");
	bool nested = cJSON_IsObject(holder);
	char inner[MEMBER_AT_SIZE];
	const char *url;

	member_at(inner, at, "image_url");
	if (json_get(part, "file_id") != NULL)
		return err_param(err, ERR_INVALID, at,
			"'%s': files are not stored here; send the image as a data: URL.", at);
	if (member_string(nested ? holder : part, nested ? "url" : "image_url", nested ? inner : at,
		    &url, err) < 0)
		return -1;
	if (url == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must have an 'image_url'.", at);
	return source_of_url(add(to, PART_IMAGE), url, at, err);
}

/* What a file part says. */
struct file {
	const char *data, *url, *name;
};

/* {file: {file_data, filename}}, or those beside the type. */
static int find_file(struct file *f, const cJSON *part, const char *at, struct err *err)
{
	char inner[MEMBER_AT_SIZE];
	const char *where;
	const cJSON *file;

	if (member_object(part, "file", at, &file, err) < 0)
		return -1;
	member_at(inner, at, "file");
	where = file != NULL ? inner : at;
	file = file != NULL ? file : part;
	if (json_get(file, "file_id") != NULL)
		return err_param(err, ERR_INVALID, at,
			"'%s': files are not stored here; send the file as 'file_data'.", at);
	if (member_string(file, "file_data", where, &f->data, err) < 0 ||
		member_string(file, "file_url", where, &f->url, err) < 0)
		return -1;
	return member_string(file, "filename", where, &f->name, err);
}

static int parse_file(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	struct file f = {0};
	struct part *added;

	if (find_file(&f, part, at, err) < 0)
		return -1;
	if (f.data == NULL && f.url == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must have 'file_data'.", at);
	added = add(to, PART_DOCUMENT);
	if ((f.data != NULL ? source_of_data(added, f.data, at, err)
			    : source_of_url(added, f.url, at, err)) < 0)
		return -1;
	if (f.name != NULL && added->kind == PART_DOCUMENT)
		added->name = mem_strdup(f.name);
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
		return parse_image(to, part, at, err);
	if (!to->text_only && is_one_of(type, "file", "input_file"))
		return parse_file(to, part, at, err);
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
