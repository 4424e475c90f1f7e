#include "wire/content.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/mem.h"
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

/* What the first bytes of a file say that it is. */
static const char *type_of_bytes(const unsigned char *p, size_t n)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *type;
	} kinds[] = {
		{"\x89PNG\r\n\x1a\n", 8, "image/png"},
		{"\xff\xd8\xff", 3, "image/jpeg"},
		{"GIF8", 4, "image/gif"},
		{"%PDF-", 5, "application/pdf"},
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (n >= kinds[i].n && memcmp(p, kinds[i].bytes, kinds[i].n) == 0)
			return kinds[i].type;
	if (n >= 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0)
		return "image/webp";
	return "";
}

/* The type of what the base64 text holds, "" when it is none we know, NULL when it is no base64. */
static const char *type_of_base64(const char *s)
{
	size_t n = strlen(s);
	CLEANUP_FREE unsigned char *bytes = mem_alloc(n);
	size_t len;

	if (n == 0 || sodium_base642bin(bytes, n, s, n, "\r\n", &len, NULL,
			      sodium_base64_VARIANT_ORIGINAL) != 0)
		return NULL;
	return type_of_bytes(bytes, len);
}

/* The data of data:TYPE;base64,DATA, NULL when it is no such URL. */
static const char *data_of_url(const char *url)
{
	const char *comma = strchr(url, ',');

	if (strncasecmp(url, "data:", 5) != 0 || comma == NULL || comma - url < 5 + 7 ||
		strncasecmp(comma - 7, ";base64", 7) != 0)
		return NULL;
	return comma + 1;
}

/* How an image and a file differ. */
struct source {
	enum part_kind kind;
	const char *media; /* how its types begin, of those that type_of_bytes knows */
	const char *what;
};

static const struct source image = {PART_IMAGE, "image/", "a PNG, JPEG, GIF or WebP image"};
static const struct source document = {PART_DOCUMENT, "application/pdf", "a PDF file"};

static int add_url(const struct target *to, const struct source *source, const char *url,
	const char *at, struct err *err)
{
	if (strncasecmp(url, "https://", 8) != 0)
		return err_param(err, ERR_INVALID, at,
			"'%s' must be a data: URL with base64 or an https: URL.", at);
	add(to, source->kind)->text = mem_strdup(url);
	return 0;
}

/* The bytes tell the type: clients often name another one, and the API minds. */
static int add_data(const struct target *to, const struct source *source, const char *data,
	const char *at, struct err *err)
{
	const char *type = type_of_base64(data);
	struct part *p;

	if (type == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' is not valid base64.", at);
	if (strncmp(type, source->media, strlen(source->media)) != 0)
		return err_param(err, ERR_INVALID, at, "'%s' must be %s.", at, source->what);
	p = add(to, source->kind);
	p->text = mem_strdup(data);
	p->media_type = mem_strdup(type);
	return 0;
}

static int add_source(const struct target *to, const struct source *source, const char *url,
	const char *at, struct err *err)
{
	const char *data = data_of_url(url);

	return data != NULL ? add_data(to, source, data, at, err)
			    : add_url(to, source, url, at, err);
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
	return add_source(to, &image, url, at, err);
}

static int add_file_data(const struct target *to, const char *data, const char *at, struct err *err)
{
	if (strncasecmp(data, "data:", 5) == 0)
		return add_source(to, &document, data, at, err);
	return add_data(to, &document, data, at, err);
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
	if ((f.data != NULL ? add_file_data(to, f.data, at, err)
			    : add_url(to, &document, f.url, at, err)) < 0)
		return -1;
	added = to->turn != NULL ? &to->turn->parts[to->turn->n_parts - 1]
				 : &to->result->parts[to->result->n_parts - 1];
	if (f.name != NULL)
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
		to->text_only ? "a text" : "a text, an image or a PDF file");
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
