#include "golden/expected.h"

#include <stdio.h>

#include "support/check.h"

#define FILE_MAX ((size_t)1 << 16)

char *file_read(const char *directory, const char *name, const char *suffix, size_t *n)
{
	char *bytes = mem_alloc(FILE_MAX);
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", directory, name, suffix);
	f = fopen(path, "r");
	check(f != NULL, "%s cannot be read", path);
	*n = fread(bytes, 1, FILE_MAX - 1, f);
	check(feof(f), "%s is too long", path);
	fclose(f);
	return bytes;
}

static cJSON *json_read(const char *directory, const char *name)
{
	size_t n;
	CLEANUP_FREE char *text = file_read(directory, name, ".json", &n);
	struct err err;
	cJSON *v = json_parse(text, n, &err);

	check(v != NULL, "%s.json: %s", name, err.message);
	return v;
}

/* What v is laid over: its template, or nothing. */
static cJSON *ground_of(const cJSON *templates, cJSON *v);

/* v with every "is" in it replaced. Takes v. */
static cJSON *expand(const cJSON *templates, cJSON *v)
{
	cJSON *out;

	if (!cJSON_IsArray(v) && !cJSON_IsObject(v))
		return v;
	out = ground_of(templates, v);
	while (v->child != NULL) {
		cJSON *item = cJSON_DetachItemViaPointer(v, v->child);
		CLEANUP_FREE char *key = mem_steal(&item->string);

		item = expand(templates, item);
		if (key == NULL) {
			cJSON_AddItemToArray(out, item);
			continue;
		}
		cJSON_DeleteItemFromObjectCaseSensitive(out, key);
		cJSON_AddItemToObject(out, key, item);
	}
	cJSON_Delete(v);
	return out;
}

static cJSON *ground_of(const cJSON *templates, cJSON *v)
{
	CLEANUP_JSON cJSON *is = cJSON_DetachItemFromObjectCaseSensitive(v, "is");
	const cJSON *base = is != NULL ? json_get(templates, is->valuestring) : NULL;

	if (is == NULL)
		return cJSON_IsArray(v) ? cJSON_CreateArray() : cJSON_CreateObject();
	check(base != NULL, "there is no template '%s'", is->valuestring);
	return expand(templates, cJSON_Duplicate(base, true));
}

static void echo(cJSON *templates, const cJSON *request)
{
	cJSON *response = cJSON_GetObjectItemCaseSensitive(templates, "response");
	const cJSON *member;

	cJSON_ArrayForEach(member, request)
	{
		if (cJSON_HasObjectItem(response, member->string))
			cJSON_ReplaceItemInObjectCaseSensitive(
				response, member->string, cJSON_Duplicate(member, true));
	}
}

cJSON *expected_read(const char *directory, const char *name)
{
	CLEANUP_JSON cJSON *templates = json_read(directory, "templates");
	cJSON *expected = json_read(directory, name);

	echo(templates, json_get(expected, "request"));
	return expand(templates, expected);
}
