#include "wire/source.h"

#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/percent.h"
#include "base/textfile.h"
#include "base/utf8.h"

#define PDF     "application/pdf"
#define ARCHIVE "archive"

/* So many characters of base64 hold the bytes that type_of looks at. */
#define HEAD 16

struct bytes {
	unsigned char *p;
	size_t n;
};

static void bytes_finish(struct bytes *b)
{
	free(b->p);
}

/* The type of a file, by its first bytes; "" when they do not tell. */
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

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void read_text(struct bytes *b, const char *text)
{
	b->p = mem_alloc(strlen(text) + 1);
	while (*text != '\0')
		b->p[b->n++] = (unsigned char)percent_take(&text);
}

/* The character of the common alphabet of base64 for c, which may be of the one for URLs; or 0. */
static char common(unsigned char c)
{
	if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return (char)c;
	if (c == '+' || c == '-')
		return '+';
	return c == '/' || c == '_' ? '/' : '\0';
}

/*
 * Clients break lines, use the alphabet for URLs and leave the padding out. Returns the base64 in
 * the common alphabet, with nothing else but room for the padding, for the caller to free; *n is
 * its length. NULL: the text is no base64.
 */
static char *plain_base64(const char *text, size_t *n)
{
	char *plain = mem_alloc(strlen(text) + 4);
	bool ended = false;

	*n = 0;
	while (*text != '\0') {
		unsigned char c = (unsigned char)percent_take(&text);

		if (is_blank(c))
			continue;
		if (c == '=') {
			ended = true;
			continue;
		}
		plain[*n] = common(c);
		if (plain[(*n)++] == '\0' || ended) {
			free(plain);
			return NULL;
		}
	}
	return plain;
}

static int decode(struct bytes *b, const char *plain, size_t n)
{
	b->p = mem_alloc(n);
	return sodium_base642bin(
		b->p, n, plain, n, NULL, &b->n, NULL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
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
			"'%s' must be a PNG, JPEG, GIF or WebP image; send text, such as an SVG, as a file.",
			at);
	if (utf8_blank(text))
		return err_param(err, ERR_INVALID, at,
			"'%s' is an empty file: leave it out, or say so in a text.", at);
	free(p->text);
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
		"'%s' must be a PDF, PNG, JPEG, GIF or WebP file or text in UTF-8; save text of another encoding as UTF-8.",
		at);
}

/* Labels the part with the type of its bytes: clients often name another, which the API refuses. */
static int label(struct part *p, const char *type, const char *at, struct err *err)
{
	if (strcmp(type, ARCHIVE) == 0)
		return err_param(err, ERR_INVALID, at,
			"'%s' is an archive or an Office file, which the model cannot read: send it as a PDF or as text.",
			at);
	p->kind = strcmp(type, PDF) == 0 ? PART_DOCUMENT : PART_IMAGE;
	p->media_type = mem_strdup(type);
	return 0;
}

/* Only text is decoded as a whole; of any other file, which may be large, the ends are enough. */
static int fill_base64(struct part *p, const char *text, const char *at, struct err *err)
{
	CLEANUP(bytes_finish) struct bytes begin = {NULL, 0}, end = {NULL, 0}, all = {NULL, 0};
	size_t n, rest;
	char *plain = plain_base64(text, &n);

	p->text = plain;
	rest = n % 4;
	if (plain == NULL || decode(&end, plain + n - rest, rest) != 0 ||
		decode(&begin, plain, n < HEAD ? n : HEAD) != 0)
		return err_param(err, ERR_INVALID, at,
			"'%s' must be an https: URL, a data: URL or valid base64.", at);
	if (type_of(&begin)[0] == '\0') {
		decode(&all, plain, n);
		return fill_text(p, &all, at, err);
	}
	memcpy(plain + n, "==", rest > 0 ? 4 - rest : 0);
	return label(p, type_of(&begin), at, err);
}

/* The comma before the data, which is not the one in a quoted value such as name="a,b". */
static const char *find_comma(const char *url)
{
	const char *s = url;
	bool quoted = false;

	for (; *s != '\0' && (quoted || *s != ','); s++)
		quoted = quoted != (*s == '"');
	return *s != '\0' ? s : strchr(url, ',');
}

/* Whether the type that ends at the comma says base64. Old browsers write no more: data:base64,. */
static bool says_base64(const char *type, const char *comma)
{
	static const char word[] = "base64";
	const char *s = comma;

	while (s > type && is_blank((unsigned char)s[-1]))
		s--;
	if (s - type < (ptrdiff_t)strlen(word))
		return false;
	s -= strlen(word);
	if (strncasecmp(s, word, strlen(word)) != 0)
		return false;
	while (s > type && is_blank((unsigned char)s[-1]))
		s--;
	return s == type || s[-1] == ';';
}

/* Fills p from data:TYPE,TEXT or data:TYPE;base64,DATA. */
static int fill_url(struct part *p, const char *url, const char *at, struct err *err)
{
	CLEANUP(bytes_finish) struct bytes b = {NULL, 0};
	const char *comma = find_comma(url);

	if (comma == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' is a data: URL without data.", at);
	if (says_base64(url + strlen("data:"), comma))
		return fill_base64(p, comma + 1, at, err);
	read_text(&b, comma + 1);
	if (type_of(&b)[0] == '\0')
		return fill_text(p, &b, at, err);
	p->text = print_base64(&b);
	return label(p, type_of(&b), at, err);
}

int source_read(struct part *p, const char *source, const char *at, struct err *err)
{
	if (strncasecmp(source, "data:", 5) == 0)
		return fill_url(p, source, at, err);
	if (strncasecmp(source, "https://", 8) != 0)
		return fill_base64(p, source, at, err);
	p->text = mem_strdup(source);
	return 0;
}
