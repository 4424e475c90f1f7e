#include "wire/attachment.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/member.h"
#include "wire/source.h"

int attachment_image(struct part *p, const cJSON *part, const char *at, struct err *err)
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
	return source_read(p, url, at, err);
}

/* What a part says of its file; the strings belong to the part. */
struct file {
	const char *data, *url, *name;
	bool plain; /* the data is the text itself */
};

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

static int fill(struct part *p, const struct file *f, const char *at, struct err *err)
{
	const char *source = f->data != NULL ? f->data : f->url;
	int result = f->plain && f->data != NULL ? source_of_text(p, source, at, err)
						 : source_read(p, source, at, err);

	if (result == 0 && f->name != NULL && p->kind == PART_DOCUMENT)
		p->name = mem_strdup(f->name);
	return result;
}

int attachment_file(struct part *p, const cJSON *part, const char *at, struct err *err)
{
	struct file f = {0};

	if (find_file(&f, part, at, err) < 0)
		return -1;
	if (f.data == NULL && f.url == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must have 'file_data'.", at);
	return fill(p, &f, at, err);
}

static int find_source(struct file *f, const cJSON *part, const char *at, struct err *err)
{
	char inner[MEMBER_AT_SIZE];
	const char *type, *where;
	const cJSON *source;

	if (member_object(part, "source", at, &source, err) < 0 ||
		member_string(part, "title", at, &f->name, err) < 0)
		return -1;
	member_at(inner, at, "source");
	where = source != NULL ? inner : at;
	if (member_string(source, "type", where, &type, err) < 0)
		return -1;
	f->plain = type != NULL && strcmp(type, "text") == 0;
	source = source != NULL ? source : part;
	if (member_string(source, "data", where, &f->data, err) < 0)
		return -1;
	return member_string(source, "url", where, &f->url, err);
}

int attachment_block(struct part *p, const cJSON *part, const char *at, struct err *err)
{
	struct file f = {0};

	if (find_source(&f, part, at, err) < 0)
		return -1;
	if (f.data == NULL && f.url == NULL)
		return err_param(err, ERR_INVALID, at,
			"'%s' must have a 'source' of the type base64, text or url.", at);
	return fill(p, &f, at, err);
}
