#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

struct scan {
	const char *s;
	size_t n, at;
	size_t depth, nodes;
	bool broken; /* the text has an escape that json_repair must replace */
};

void json_free_slot(void *pp)
{
	cJSON_Delete(mem_steal(pp));
}

/* Not mem_alloc: glibc's calloc does without the fast per-thread cache, and cJSON zeroes itself. */
static void *allocate(size_t size)
{
	return mem_grow(NULL, size);
}

void json_init(void)
{
	cJSON_Hooks hooks = {.malloc_fn = allocate, .free_fn = free};

	cJSON_InitHooks(&hooks);
}

/* The value of the four hex digits at s, or -1. */
static int hex4(const char *s, size_t n)
{
	int v = 0;

	if (n < 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		char c = s[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

static bool is_high_surrogate(int v)
{
	return v >= 0xd800 && v <= 0xdbff;
}

static bool is_low_surrogate(int v)
{
	return v >= 0xdc00 && v <= 0xdfff;
}

/*
 * The length of the escape at s (a backslash), 0 when it stands for no character:
 * \u0000, half a surrogate pair, bad digits, or a letter that JSON has no escape for.
 */
static size_t escape_length(const char *s, size_t n)
{
	int v;

	if (n < 2 || s[1] == '\0')
		return 0;
	if (s[1] != 'u')
		return strchr("\"\\/bfnrt", s[1]) != NULL ? 2 : 0;
	v = hex4(s + 2, n - 2);
	if (v <= 0 || is_low_surrogate(v))
		return 0;
	if (!is_high_surrogate(v))
		return 6;
	if (n < 12 || s[6] != '\\' || s[7] != 'u' || !is_low_surrogate(hex4(s + 8, n - 8)))
		return 0;
	return 12;
}

/* Bytes that stand for themselves inside a string: nearly all of a text. */
static bool is_plain(char ch)
{
	return (unsigned char)ch >= 0x20 && (unsigned char)ch < 0x80 && ch != '"' && ch != '\\';
}

static size_t plain_length(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && is_plain(s[len]))
		len++;
	return len;
}

/* The length of an escape at s that stands for no character but is let pass; 0 for any other. */
static size_t broken_escape_length(const char *s, size_t n)
{
	return n >= 6 && s[1] == 'u' && hex4(s + 2, 4) >= 0 ? 6 : 0;
}

static size_t scan_escape(struct scan *c)
{
	const char *s = c->s + c->at;
	size_t left = c->n - c->at;
	size_t len = escape_length(s, left);

	if (len > 0)
		return len;
	len = broken_escape_length(s, left);
	c->broken = c->broken || len > 0;
	return len;
}

static int scan_string(struct scan *c, struct err *err)
{
	c->at++;
	c->at += plain_length(c->s + c->at, c->n - c->at);
	while (c->at < c->n && c->s[c->at] != '"') {
		const char *s = c->s + c->at;
		size_t len = *s == '\\' ? scan_escape(c) : utf8_char(s, c->n - c->at);

		if ((unsigned char)*s < 0x20)
			return err_set(err, ERR_INVALID,
				"The body has an unescaped control character in a string.");
		if (len == 0)
			return err_set(err, ERR_INVALID, "%s",
				*s == '\\' ? "The body has an escape that stands for no character."
					   : "The body is not valid UTF-8.");
		c->at += len;
		c->at += plain_length(c->s + c->at, c->n - c->at);
	}
	if (c->at >= c->n)
		return err_set(
			err, ERR_INVALID, "The body is not valid JSON: a string is not closed.");
	c->at++;
	return 0;
}

static bool is_space(char ch)
{
	return ch == ' ' || ch == '\t' || ch == '\r' || ch == '\n';
}

static size_t count_digits(const char *s, size_t n)
{
	size_t digits = 0;

	while (digits < n && s[digits] >= '0' && s[digits] <= '9')
		digits++;
	return digits;
}

/* The length of the number at s, 0 if it is none by RFC 8259: cJSON takes 01 and 1. as well. */
static size_t number_length(const char *s, size_t n)
{
	size_t at = s[0] == '-', digits = count_digits(s + at, n - at);

	if (digits == 0 || (digits > 1 && s[at] == '0'))
		return 0;
	at += digits;
	if (at < n && s[at] == '.') {
		digits = count_digits(s + at + 1, n - at - 1);
		if (digits == 0)
			return 0;
		at += 1 + digits;
	}
	if (at < n && (s[at] == 'e' || s[at] == 'E')) {
		at += 1 + (at + 1 < n && (s[at + 1] == '+' || s[at + 1] == '-'));
		digits = count_digits(s + at, n - at);
		at = digits > 0 ? at + digits : 0;
	}
	return at;
}

static int scan_number(struct scan *c, struct err *err)
{
	size_t len = number_length(c->s + c->at, c->n - c->at);

	if (len == 0)
		return err_set(err, ERR_INVALID, "The body has a number that JSON does not have.");
	c->at += len;
	return 0;
}

static int scan_text(struct scan *c, struct err *err)
{
	while (c->at < c->n) {
		char ch = c->s[c->at];

		if (ch == '"' || ch == '-' || (ch >= '0' && ch <= '9')) {
			if ((ch == '"' ? scan_string(c, err) : scan_number(c, err)) < 0)
				return -1;
			continue;
		}
		if (ch == '{' || ch == '[')
			c->depth++;
		if ((ch == '}' || ch == ']') && c->depth > 0)
			c->depth--;
		if (ch == ',' || ch == '{' || ch == '[')
			c->nodes++;
		if (c->depth > JSON_MAX_DEPTH || c->nodes > JSON_MAX_NODES)
			return err_set(err, ERR_INVALID,
				"The body nests deeper than %d levels or has more than %d values.",
				JSON_MAX_DEPTH, JSON_MAX_NODES);
		/* cJSON takes every control byte for white space. */
		if ((unsigned char)ch >= 0x7f || ((unsigned char)ch < 0x20 && !is_space(ch)))
			return err_set(err, ERR_INVALID,
				"The body is not valid JSON: a byte outside a string has no place there.");
		c->at++;
	}
	return 0;
}

/* Parses a text that scan_text let pass and that has no escape which cJSON gets wrong. */
static cJSON *parse(const char *s, size_t n, struct err *err)
{
	const char *end = NULL;
	cJSON *v = cJSON_ParseWithLengthOpts(s, n, &end, false);

	while (v != NULL && end < s + n && is_space(*end))
		end++;
	if (v == NULL || end != s + n) {
		cJSON_Delete(v);
		err_set(err, ERR_INVALID, "The body is not valid JSON (near byte %zu).",
			end != NULL ? (size_t)(end - s) : 0);
		return NULL;
	}
	return v;
}

cJSON *json_parse(const char *s, size_t n, struct err *err)
{
	struct scan c = {.s = s, .n = n};
	CLEANUP_BUF struct buf repaired = BUF_INIT(n); /* U+FFFD is shorter than an escape */

	if (scan_text(&c, err) < 0)
		return NULL;
	if (!c.broken)
		return parse(s, n, err);
	json_repair(&repaired, s, n);
	return parse(repaired.data, repaired.len, err);
}

/* How many of the bytes at s, which begin with no character, one U+FFFD replaces. */
static size_t broken_length(const char *s, size_t n)
{
	if (s[0] != '\\' || n < 2 || s[1] != 'u')
		return 1;
	return hex4(s + 2, n - 2) >= 0 ? 6 : 2;
}

int json_repair(struct buf *out, const char *s, size_t n)
{
	size_t clean = 0, at = 0;

	while (at < n) {
		size_t len =
			s[at] == '\\' ? escape_length(s + at, n - at) : utf8_char(s + at, n - at);

		if (len != 0 && s[at] != '\0') {
			at += len;
			at += plain_length(s + at, n - at);
			continue;
		}
		if (buf_add(out, s + clean, at - clean) < 0 || buf_puts(out, UTF8_REPLACEMENT) < 0)
			return -1;
		at += broken_length(s + at, n - at);
		clean = at;
	}
	return buf_add(out, s + clean, n - clean);
}

int json_print(struct buf *out, const cJSON *v)
{
	CLEANUP_FREE char *text = cJSON_PrintUnformatted(v);

	return text != NULL ? buf_puts(out, text) : -1;
}

const cJSON *json_get(const cJSON *object, const char *key)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNull(v) ? NULL : v;
}

const char *json_get_string(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(json_get(object, key));
}

bool json_get_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(json_get(object, key));
}

double json_get_number(const cJSON *object, const char *key)
{
	const cJSON *v = json_get(object, key);

	return v != NULL && cJSON_IsNumber(v) ? v->valuedouble : 0;
}
