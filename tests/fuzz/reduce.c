/*
 * reduce: what becomes of schemas of answers, for a test in another language. Each line of stdin
 * is a schema, and each of stdout an object: `schema` and `ignored`, or `error` and `param`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "schema/schema.h"

static void add_ignored(cJSON *line, const struct ignored *ignored)
{
	cJSON *names = cJSON_AddArrayToObject(line, "ignored");

	for (size_t i = 0; i < ignored->n; i++)
		cJSON_AddItemToArray(names, cJSON_CreateString(ignored->names[i]));
}

static cJSON *reduce(const char *text, size_t n)
{
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	struct err err = {0};
	cJSON *schema = json_parse(text, n, &err), *line = cJSON_CreateObject();

	if (schema != NULL && schema_reduce(schema, "at", &ignored, &err) == 0) {
		add_ignored(line, &ignored);
		cJSON_AddItemToObject(line, "schema", schema);
		return line;
	}
	cJSON_Delete(schema);
	cJSON_AddStringToObject(line, "error", err.message);
	cJSON_AddStringToObject(line, "param", err.param);
	return line;
}

int main(void)
{
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	json_init();
	while ((n = getline(&text, &size, stdin)) > 0) {
		CLEANUP_JSON cJSON *line = reduce(text, (size_t)n);
		CLEANUP_FREE char *out = cJSON_PrintUnformatted(line);

		puts(out);
	}
	free(text);
	return 0;
}
