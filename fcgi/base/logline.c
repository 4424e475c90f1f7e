#include "base/logline.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* What the end of a line takes, and what the end of a value that was cut and of its line take. */
#define END_MAX   (sizeof("}\n") - 1)
#define CLOSE_MAX (sizeof("...\"") - 1 + END_MAX)

void logline_init(struct logline *l, enum log_format format)
{
	l->format = format;
	l->full = false;
	l->len = 0;
}

static void put(struct logline *l, const char *s, size_t n)
{
	memcpy(l->bytes + l->len, s, n);
	l->len += n;
}

/* Whether n more bytes leave room for `rest`. */
static bool fits(const struct logline *l, size_t n, size_t rest)
{
	return n + rest <= sizeof(l->bytes) - l->len;
}

static bool is_bare(const char *text)
{
	if (text[0] == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text >= 0x7f || strchr("\"=\\", *text) != NULL)
			return false;
	return true;
}

/* C1 controls are characters of two bytes; a terminal takes them for escape sequences. */
static bool is_control(const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0];

	return (n == 1 && (c < 0x20 || c == 0x7f)) ||
	       (n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0);
}

/*
 * Writes the first character of s to `out` as it stands in quotes. Returns how many bytes that
 * takes; *used says how many it was in s.
 */
static size_t escape(char out[8], const char *s, size_t *used)
{
	size_t n = utf8_char(s, strnlen(s, 4));

	*used = n > 0 ? n : 1;
	if (n == 0)
		return (size_t)snprintf(out, 8, "%s", UTF8_REPLACEMENT);
	if (s[0] == '\n')
		return (size_t)snprintf(out, 8, "\\n");
	if (is_control(s, n))
		return (size_t)snprintf(out, 8, "\\u%04x", (unsigned char)s[n - 1]);
	if (s[0] == '"' || s[0] == '\\')
		return (size_t)snprintf(out, 8, "\\%c", s[0]);
	memcpy(out, s, n);
	return n;
}

static void put_text(struct logline *l, const char *text)
{
	bool quoted = l->format == LOG_JSON || !is_bare(text);
	char out[8];
	size_t used;

	if (quoted)
		put(l, "\"", 1);
	for (; *text != '\0' && !l->full; text += used) {
		size_t n = escape(out, text, &used);

		l->full = !fits(l, n, CLOSE_MAX);
		if (l->full)
			put(l, "...", 3);
		else
			put(l, out, n);
	}
	if (quoted)
		put(l, "\"", 1);
}

void logline_add(struct logline *l, const struct log_field *field)
{
	bool json = l->format == LOG_JSON;
	char name[64], number[32];
	int n = json ? snprintf(name, sizeof(name), "%c\"%s\":", l->len == 0 ? '{' : ',',
			       field->name)
		     : snprintf(name, sizeof(name), "%s%s=", l->len == 0 ? "" : " ", field->name);

	/* A name is written only if there is room for the longest number, or a quote, behind it. */
	if (l->full || !fits(l, (size_t)n, sizeof(number) + CLOSE_MAX)) {
		l->full = true;
		return;
	}
	put(l, name, (size_t)n);
	if (field->is_number)
		put(l, number, (size_t)snprintf(number, sizeof(number), "%lld", field->number));
	else if (field->text == NULL)
		put(l, json ? "null" : "-", json ? 4 : 1);
	else
		put_text(l, field->text);
}

void logline_end(struct logline *l)
{
	if (l->format == LOG_JSON)
		put(l, "}", 1);
	put(l, "\n", 1);
}
