#include "wire/source.h"

#include <sodium.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

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

/* What an image and a file must be, by what type_of_bytes says. */
static const char *media_of(enum part_kind kind)
{
	return kind == PART_IMAGE ? "image/" : "application/pdf";
}

static const char *name_of(enum part_kind kind)
{
	return kind == PART_IMAGE ? "a PNG, JPEG, GIF or WebP image" : "a PDF file";
}

/* The bytes tell the type: clients often name another one, and the API minds. */
int source_of_base64(struct part *p, const char *data, const char *at, struct err *err)
{
	const char *type = type_of_base64(data);

	if (type == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' is not valid base64.", at);
	if (strncmp(type, media_of(p->kind), strlen(media_of(p->kind))) != 0)
		return err_param(err, ERR_INVALID, at, "'%s' must be %s.", at, name_of(p->kind));
	p->text = mem_strdup(data);
	p->media_type = mem_strdup(type);
	return 0;
}

int source_of_url(struct part *p, const char *url, const char *at, struct err *err)
{
	const char *data = data_of_url(url);

	if (data != NULL)
		return source_of_base64(p, data, at, err);
	if (strncasecmp(url, "https://", 8) != 0)
		return err_param(err, ERR_INVALID, at,
			"'%s' must be a data: URL with base64 or an https: URL.", at);
	p->text = mem_strdup(url);
	return 0;
}
