#include "wire/source.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/textfile.h"
#include "base/utf8.h"

#define PDF     "application/pdf"
#define ARCHIVE "archive"

struct bytes {
	unsigned char *p;
	size_t n;
};

static void bytes_finish(struct bytes *b)
{
	free(b->p);
}

/* What the first bytes of a file say that it is, "" when they say nothing. */
static const char *type_of(const struct bytes *b)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *type;
	} kinds[] = {
		{"\x89PNG\r\n\x1a\n", 8, "image/png"}, {"\xff\xd8\xff", 3, "image/jpeg"},
		{"GIF8", 4, "image/gif"}, {"%PDF-", 5, PDF}, {"PK\x03\x04", 4, ARCHIVE},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, ARCHIVE}, /* Office until 2003 */
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (b->n >= kinds[i].n && memcmp(b->p, kinds[i].bytes, kinds[i].n) == 0)
			return kinds[i].type;
	if (b->n >= 12 && memcmp(b->p, "RIFF", 4) == 0 && memcmp(b->p + 8, "WEBP", 4) == 0)
		return "image/webp";
	return "";
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int hex_value(char c)
{
	const char *digits = "0123456789abcdef";
	const char *digit = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

	return digit != NULL ? (int)(digit - digits) : -1;
}

/* Takes a byte off a URL, where it stands as itself or as %41. */
static char take(const char **url)
{
	const char *s = *url;
	int high = s[0] == '%' ? hex_value(s[1]) : -1;
	int low = high >= 0 ? hex_value(s[2]) : -1;

	*url += low >= 0 ? 3 : 1;
	return low >= 0 ? (char)(high << 4 | low) : s[0];
}

static void read_text(struct bytes *b, const char *text)
{
	b->p = mem_alloc(strlen(text) + 1);
	while (*text != '\0')
		b->p[b->n++] = (unsigned char)take(&text);
}

/*
 * Clients break lines, use the alphabet of URLs and leave the padding out: here it is the common
 * alphabet and nothing else.
 */
static char *plain_base64(const char *text, size_t *n)
{
	char *plain = mem_alloc(strlen(text) + 1);

	*n = 0;
	while (*text != '\0') {
		char c = take(&text);

		if (is_blank(c))
			continue;
		if (c == '-')
			c = '+';
		else if (c == '_')
			c = '/';
		plain[(*n)++] = c;
	}
	while (*n > 0 && plain[*n - 1] == '=')
		(*n)--;
	return plain;
}

static int read_base64(struct bytes *b, const char *text, const char *at, struct err *err)
{
	size_t n;
	CLEANUP_FREE char *plain = plain_base64(text, &n);

	b->p = mem_alloc(n + 1);
	if (sodium_base642bin(b->p, n, plain, n, NULL, &b->n, NULL,
		    sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0)
		return err_param(err, ERR_INVALID, at, "'%s' is not valid base64.", at);
	return 0;
}

/* data:TYPE,TEXT or data:TYPE;base64,DATA */
static int read_data_url(struct bytes *b, const char *url, const char *at, struct err *err)
{
	const char *comma = strchr(url, ',');

	if (comma == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' is a data: URL without data.", at);
	if (comma - url >= 5 + 7 && strncasecmp(comma - 7, ";base64", 7) == 0)
		return read_base64(b, comma + 1, at, err);
	read_text(b, comma + 1);
	return 0;
}

static char *print_base64(const struct bytes *b)
{
	size_t size = sodium_base64_ENCODED_LEN(b->n, sodium_base64_VARIANT_ORIGINAL);
	char *text = mem_alloc(size);

	return sodium_bin2base64(text, size, b->p, b->n, sodium_base64_VARIANT_ORIGINAL);
}

int source_of_text(struct part *p, const char *text, const char *at, struct err *err)
{
	if (p->kind == PART_IMAGE)
		return err_param(err, ERR_INVALID, at,
			"'%s' must be a PNG, JPEG, GIF or WebP image; send text, such as an SVG, "
			"as a file.",
			at);
	if (utf8_blank(text))
		return err_param(err, ERR_INVALID, at,
			"'%s' is an empty file: leave it out, or say so in a text.", at);
	p->text = mem_strdup(text);
	p->media_type = mem_strdup(PART_PLAIN_TEXT);
	return 0;
}

static int fill_text(struct part *p, const struct bytes *b, const char *at, struct err *err)
{
	CLEANUP_FREE char *text = textfile_read(b->p, b->n);

	if (text != NULL)
		return source_of_text(p, text, at, err);
	if (p->kind == PART_IMAGE)
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a PNG, JPEG, GIF or WebP image.", at);
	return err_param(err, ERR_INVALID, at,
		"'%s' must be a PDF, PNG, JPEG, GIF or WebP file or text in UTF-8; save text of "
		"another encoding as UTF-8.",
		at);
}

/* The bytes tell the type: clients often name another one, and the API minds. */
static int fill(struct part *p, const struct bytes *b, const char *at, struct err *err)
{
	const char *type = type_of(b);

	if (type[0] == '\0')
		return fill_text(p, b, at, err);
	if (strcmp(type, ARCHIVE) == 0)
		return err_param(err, ERR_INVALID, at,
			"'%s' is an archive or an Office file, which the model cannot read: send "
			"it as a PDF or as text.",
			at);
	p->kind = strcmp(type, PDF) == 0 ? PART_DOCUMENT : PART_IMAGE;
	p->text = print_base64(b);
	p->media_type = mem_strdup(type);
	return 0;
}

static bool is_data_url(const char *s)
{
	return strncasecmp(s, "data:", 5) == 0;
}

int source_of_data(struct part *p, const char *data, const char *at, struct err *err)
{
	CLEANUP(bytes_finish) struct bytes b = {NULL, 0};

	if ((is_data_url(data) ? read_data_url(&b, data, at, err)
			       : read_base64(&b, data, at, err)) < 0)
		return -1;
	return fill(p, &b, at, err);
}

int source_of_url(struct part *p, const char *url, const char *at, struct err *err)
{
	if (is_data_url(url))
		return source_of_data(p, url, at, err);
	if (strncasecmp(url, "https://", 8) != 0)
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a data: URL or an https: URL.", at);
	p->text = mem_strdup(url);
	return 0;
}
