#include "base/logline.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "support/check.h"

static const enum log_format formats[] = {LOG_LOGFMT, LOG_JSON};

/* The line without its newline, which must be there and be the only one. */
static const char *print(enum log_format format, const struct log_field *fields, size_t n)
{
	static struct logline l;
	static char text[LOGLINE_MAX];

	memset(&l, 0xaa, sizeof(l));
	logline_init(&l, format);
	for (size_t i = 0; i < n; i++)
		logline_add(&l, &fields[i]);
	logline_end(&l);
	check(l.len > 0 && l.len <= LOGLINE_MAX, "%zu bytes", l.len);
	assert_ptr_equal(memchr(l.bytes, '\n', l.len), l.bytes + l.len - 1);
	memcpy(text, l.bytes, l.len - 1);
	text[l.len - 1] = '\0';
	return text;
}

TEST(fields)
{
	const struct log_field fields[] = {
		LOG_TEXT("time", "2026-01-31T12:00:00Z"),
		LOG_NUMBER("pid", 123),
		LOG_TEXT("msg", "two words"),
		LOG_TEXT("path", "/models/{id}"),
		LOG_TEXT("key", NULL),
		LOG_TEXT("model", "opus[1m]"),
		LOG_NUMBER("least", LLONG_MIN),
		LOG_NUMBER("most", LLONG_MAX),
	};

	assert_string_equal(print(LOG_LOGFMT, fields, ARRAY_LEN(fields)),
		"time=2026-01-31T12:00:00Z pid=123 msg=\"two words\" path=/models/{id} key=- "
		"model=opus[1m] least=-9223372036854775808 most=9223372036854775807");
	assert_string_equal(print(LOG_JSON, fields, ARRAY_LEN(fields)),
		"{\"time\":\"2026-01-31T12:00:00Z\",\"pid\":123,\"msg\":\"two words\","
		"\"path\":\"/models/{id}\",\"key\":null,\"model\":\"opus[1m]\","
		"\"least\":-9223372036854775808,\"most\":9223372036854775807}");
}

TEST(values)
{
	static const struct {
		const char *text, *logfmt, *json;
	} rows[] = {
		{"", "\"\"", "\"\""},
		{"-", "-", "\"-\""},
		{"a", "a", "\"a\""},
		{"a.b-c_d/e:f,g(h)[i]{j}~!", "a.b-c_d/e:f,g(h)[i]{j}~!",
			"\"a.b-c_d/e:f,g(h)[i]{j}~!\""},
		{" ", "\" \"", "\" \""},
		{"a=b", "\"a=b\"", "\"a=b\""},
		{"say \"x\"", "\"say \\\"x\\\"\"", "\"say \\\"x\\\"\""},
		{"a\\b", "\"a\\\\b\"", "\"a\\\\b\""},
		{"a\nb", "\"a\\nb\"", "\"a\\nb\""},
		{"\r\t\x01\x1b[2J\x7f", "\"\\u000d\\u0009\\u0001\\u001b[2J\\u007f\"",
			"\"\\u000d\\u0009\\u0001\\u001b[2J\\u007f\""},
		{"\xc2\x80\xc2\x9b\xc2\x9f", "\"\\u0080\\u009b\\u009f\"",
			"\"\\u0080\\u009b\\u009f\""},
		{"\xc2\xa0\xc3\xa9", "\"\xc2\xa0\xc3\xa9\"", "\"\xc2\xa0\xc3\xa9\""},
		{"caf\xc3\xa9 \xf0\x9f\x98\x80", "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"",
			"\"caf\xc3\xa9 \xf0\x9f\x98\x80\""},
		{"\xc3", "\"" UTF8_REPLACEMENT "\"", "\"" UTF8_REPLACEMENT "\""},
		{"\xff\xc3\x28\xe2\x82", /* nothing in it is whole but the '(' */
			"\"" UTF8_REPLACEMENT UTF8_REPLACEMENT "(" UTF8_REPLACEMENT UTF8_REPLACEMENT
			"\"",
			"\"" UTF8_REPLACEMENT UTF8_REPLACEMENT "(" UTF8_REPLACEMENT UTF8_REPLACEMENT
			"\""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct log_field field = LOG_TEXT("v", rows[i].text);
		CLEANUP_BUF struct buf json = BUF_INIT(1000);

		check(strcmp(print(LOG_LOGFMT, &field, 1) + 2, rows[i].logfmt) == 0, "row %zu: %s",
			i, print(LOG_LOGFMT, &field, 1));
		buf_printf(&json, "{\"v\":%s}", rows[i].json);
		assert_string_equal(print(LOG_JSON, &field, 1), buf_str(&json));
	}
}

/* As a reader of logfmt does it: names, each with a value that is bare or in quotes. */
static void check_logfmt(const char *line)
{
	const char *s = line;

	for (;;) {
		size_t name = strspn(s, "abcdefghijklmnopqrstuvwxyz_");

		check(name > 0 && s[name] == '=', "no name in '%s'", s);
		s += name + 1;
		if (*s == '"') {
			for (s++; *s != '"'; s++) {
				check(*s != '\0', "a quote is open in '%s'", line);
				s += *s == '\\';
			}
			s++;
		} else {
			check(strcspn(s, " ") > 0, "no value in '%s'", line);
			s += strcspn(s, " \"=");
		}
		if (*s == '\0')
			return;
		check(*s++ == ' ', "no space in '%s'", line);
	}
}

static void check_valid(enum log_format format, const char *line)
{
	CLEANUP_JSON cJSON *o = NULL;
	struct err err;

	assert_true(utf8_valid(line, strlen(line)));
	if (format == LOG_LOGFMT) {
		check_logfmt(line);
		return;
	}
	o = json_parse(line, strlen(line), &err);
	check(cJSON_IsObject(o), "no object: %s", line);
	for (const cJSON *v = o->child; v != NULL; v = v->next)
		check(!cJSON_IsNumber(v) || v->valuedouble == 12345678901, "a number is cut");
}

/* Wherever the line's end falls: in a text of any kind, in a name, in a number. */
TEST(cut)
{
	static const char *const pieces[] = {"x", " ", "\"", "\\", "\n", "\x1b", "\xc2\x9b",
		"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xff"};

	for (size_t p = 0; p < ARRAY_LEN(pieces); p++) {
		CLEANUP_BUF struct buf text = BUF_INIT(10000);

		for (size_t n = 0; n < 1100; n++) {
			struct log_field fields[] = {
				LOG_TEXT("text", buf_str(&text)),
				LOG_NUMBER("number", 12345678901),
				LOG_TEXT("more", "a b"),
				LOG_TEXT("none", NULL),
				LOG_NUMBER("last", 12345678901),
			};

			for (size_t f = 0; n > 200 && f < ARRAY_LEN(formats); f++)
				check_valid(
					formats[f], print(formats[f], fields, ARRAY_LEN(fields)));
			buf_puts(&text, n % 3 == 0 ? pieces[p] : "y");
		}
	}
}

TEST(what_is_cut_says_so)
{
	char text[2000];
	const struct log_field fields[] = {LOG_TEXT("a", text), LOG_NUMBER("b", 1)};

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t f = 0; f < ARRAY_LEN(formats); f++) {
		const char *line = print(formats[f], fields, ARRAY_LEN(fields));

		check(strlen(line) > LOGLINE_MAX - 10, "%zu bytes", strlen(line));
		check(strstr(line, formats[f] == LOG_JSON ? "xx...\"}" : "xx...") != NULL, "%s",
			line);
	}
}
