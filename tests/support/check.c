#include "support/check.h"

#include <string.h>

#include "base/utf8.h"

char *json_quote(const char *text)
{
	char *copy = mem_strdup(text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	return copy;
}

cJSON *json_of(const char *quoted)
{
	CLEANUP_FREE char *text = json_quote(quoted);
	cJSON *v = cJSON_Parse(text);

	check(v != NULL, "the test's own JSON is broken: %s", text);
	return v;
}

void check_json(const char *name, const cJSON *got, const cJSON *want)
{
	CLEANUP_FREE char *got_text = NULL;
	CLEANUP_FREE char *want_text = NULL;

	if (cJSON_Compare(got, want, true))
		return;
	got_text = cJSON_Print(got);
	want_text = cJSON_Print(want);
	print_error("%s: got\n%s\nwant\n%s\n", name, got_text, want_text);
	fail();
}

void check_json_text(const char *name, const struct buf *got, const char *want)
{
	CLEANUP_JSON cJSON *v = cJSON_Parse(buf_str(got));
	CLEANUP_JSON cJSON *expected = json_of(want);

	check(v != NULL, "%s: not JSON: %s", name, buf_str(got));
	check_json(name, v, expected);
}

cJSON *json_lines(const struct buf *text)
{
	cJSON *lines = cJSON_CreateArray();
	const char *at = buf_str(text);

	while (*at != '\0') {
		const char *end = strchr(at, '\n');
		cJSON *line;

		check(end != NULL, "a line is not ended: %s", at);
		line = cJSON_ParseWithLength(at, (size_t)(end - at));
		check(line != NULL, "a line is not JSON: %s", at);
		cJSON_AddItemToArray(lines, line);
		at = end + 1;
	}
	return lines;
}

void check_json_lines(const char *name, const struct buf *got, const char *want)
{
	CLEANUP_JSON cJSON *lines = json_lines(got);
	CLEANUP_JSON cJSON *expected = json_of(want);

	check_json(name, lines, expected);
}

void check_err(const char *name, const struct err *err, enum err_kind kind, const char *param)
{
	check(err->kind == kind, "%s: got error '%s' (%s), want '%s'", name, err_name(err->kind),
		err->message, err_name(kind));
	check(strcmp(err->param, param != NULL ? param : "") == 0,
		"%s: got parameter '%s', want '%s'", name, err->param, param != NULL ? param : "");
	check(err->message[0] != '\0', "%s: the message is empty", name);
	check(utf8_valid(err->message, strlen(err->message)), "%s: the message is not UTF-8", name);
}
