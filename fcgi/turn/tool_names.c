#include "turn/tool_names.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "base/pointer.h"

/* A reference in a schema: a body is bounded long before this. */
#define REF_MAX ((size_t)1 << 28)

/* The names of all properties in a schema, borrowed from it. */
struct found {
	const char **list;
	size_t n, size;
};

void tool_names_destroy(struct tool_names *names)
{
	if (names == NULL)
		return;
	for (size_t i = 0; i < names->n; i++)
		free(names->list[i].given);
	free(names->list);
	cJSON_Delete(names->schema);
	free(names);
}

static void destroy_slot(void *pp)
{
	tool_names_destroy(mem_steal(pp));
}

const struct tool_name *tool_names_of_given(const struct tool_names *names, const char *given)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->list[i].given, given) == 0)
			return &names->list[i];
	return NULL;
}

const struct tool_name *tool_names_of_told(const struct tool_names *names, const char *told)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->list[i].told, told) == 0)
			return &names->list[i];
	return NULL;
}

static bool fits(char c)
{
	return (unsigned char)c < 0x80 && (isalnum((unsigned char)c) || strchr("_.-", c) != NULL);
}

/* JavaScript, which the CLI is written in, loses a property that is called __proto__. */
static bool is_taken_by_api(const char *name)
{
	size_t n = 0;

	while (name[n] != '\0' && fits(name[n]))
		n++;
	return n > 0 && n < TOOL_NAME_SIZE && name[n] == '\0' && strcmp(name, "__proto__") != 0;
}

static void collect(void *arg, const struct subschema *sub)
{
	struct found *f = arg;

	if (strcmp(sub->keyword, "properties") == 0) {
		if (f->n == f->size) {
			f->size = f->size * 2 + 16;
			f->list = mem_grow(f->list, f->size * sizeof(*f->list));
		}
		f->list[f->n++] = sub->name;
	}
	keyword_each(sub->schema, collect, arg);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_there(const struct found *f, const char *name)
{
	return bsearch(&name, f->list, f->n, sizeof(*f->list), by_name) != NULL;
}

/* Writes to `out` what fits of the name, with '_' for each character that the API does not take. */
static void make_fit(const char *name, char out[TOOL_NAME_SIZE])
{
	size_t n = 0;

	for (; *name != '\0' && n + 1 < TOOL_NAME_SIZE; name++)
		if (((unsigned char)*name & 0xc0) != 0x80)
			out[n++] = (char)(fits(*name) ? *name : '_');
	if (n == 0)
		out[n++] = '_';
	out[n] = '\0';
}

static void add_name(struct tool_names *names, const struct found *f, const char *given)
{
	char fit[TOOL_NAME_SIZE];
	struct tool_name name = {.given = mem_strdup(given)};

	make_fit(given, fit);
	snprintf(name.told, sizeof(name.told), "%s", fit);
	for (unsigned k = 2; is_there(f, name.told) || tool_names_of_told(names, name.told) != NULL;
		k++)
		snprintf(name.told, sizeof(name.told), "%.*s_%u", TOOL_NAME_SIZE - 12, fit, k);
	names->list = mem_grow(names->list, (names->n + 1) * sizeof(*names->list));
	names->list[names->n++] = name;
}

static void rename_string(const struct tool_names *names, cJSON *v)
{
	const struct tool_name *name =
		cJSON_IsString(v) ? tool_names_of_given(names, v->valuestring) : NULL;

	if (name == NULL)
		return;
	cJSON_free(v->valuestring);
	v->valuestring = mem_strdup(name->told);
}

static void rename_list(const struct tool_names *names, cJSON *list)
{
	cJSON *v;

	cJSON_ArrayForEach(v, list)
	{
		rename_string(names, v);
	}
}

static void rename_keys(const struct tool_names *names, cJSON *map)
{
	cJSON *v;

	cJSON_ArrayForEach(v, map)
	{
		const struct tool_name *name = tool_names_of_given(names, v->string);

		if (name == NULL)
			continue;
		cJSON_free(v->string);
		v->string = mem_strdup(name->told);
	}
}

static void add_titles(const struct tool_names *names, cJSON *properties)
{
	cJSON *v;

	cJSON_ArrayForEach(v, properties)
	{
		if (cJSON_IsObject(v) && tool_names_of_given(names, v->string) != NULL &&
			cJSON_GetObjectItemCaseSensitive(v, "title") == NULL)
			cJSON_AddStringToObject(v, "title", v->string);
	}
}

/* Replaces the names in a reference: what stands behind `properties`, as in #/properties/a[b]. */
static void rename_ref(const struct tool_names *names, cJSON *ref)
{
	const char *at = cJSON_IsString(ref) ? ref->valuestring : "";
	CLEANUP_FREE char *token = mem_alloc(strlen(at) + 1);
	CLEANUP_BUF struct buf renamed = BUF_INIT(REF_MAX);
	bool is_name = false;

	if (strncmp(at, "#/", 2) != 0)
		return;
	buf_puts(&renamed, "#");
	for (at++; *at != '\0';) {
		const char *from = at;
		const struct tool_name *name;

		pointer_next(&at, token, strlen(from) + 1);
		name = is_name ? tool_names_of_given(names, token) : NULL;
		if (name != NULL)
			buf_printf(&renamed, "/%s", name->told);
		else
			buf_add(&renamed, from, (size_t)(at - from));
		is_name = !is_name && strcmp(token, "properties") == 0;
	}
	cJSON_free(ref->valuestring);
	ref->valuestring = mem_steal(&renamed.data);
}

static void rename_in(const struct tool_names *names, cJSON *schema)
{
	static const char *const maps[] = {
		"dependencies", "dependentRequired", "dependentSchemas", "properties"};
	cJSON *list;

	add_titles(names, cJSON_GetObjectItemCaseSensitive(schema, "properties"));
	rename_list(names, cJSON_GetObjectItemCaseSensitive(schema, "required"));
	rename_ref(names, cJSON_GetObjectItemCaseSensitive(schema, "$ref"));
	for (size_t i = 0; i < ARRAY_LEN(maps); i++) {
		cJSON *map = cJSON_GetObjectItemCaseSensitive(schema, maps[i]);

		rename_keys(names, map);
		cJSON_ArrayForEach(list, map)
		{
			if (cJSON_IsArray(list))
				rename_list(names, list);
		}
	}
}

static void rename_below(void *arg, const struct subschema *sub)
{
	rename_in(arg, sub->schema);
	keyword_each(sub->schema, rename_below, arg);
}

static void found_finish(struct found *f)
{
	free(f->list);
}

int tool_names_create(struct tool_names **names, cJSON *schema, const char *at, struct err *err)
{
	CLEANUP(destroy_slot) struct tool_names *made = mem_alloc(sizeof(*made));
	CLEANUP(found_finish) struct found f = {0};

	*names = NULL;
	keyword_each(schema, collect, &f);
	if (f.n > 0)
		qsort(f.list, f.n, sizeof(*f.list), by_name);
	for (size_t i = 0; i < f.n; i++) {
		if (is_taken_by_api(f.list[i]) || (i > 0 && strcmp(f.list[i], f.list[i - 1]) == 0))
			continue;
		if (made->n == TOOL_NAMES_MAX)
			return err_param(err, ERR_INVALID, at,
				"'%s' has more than %d names of properties that are not 1 to 64 of the characters A-Z, a-z, 0-9, '_', '.' and '-'.",
				at, TOOL_NAMES_MAX);
		add_name(made, &f, f.list[i]);
	}
	if (made->n == 0)
		return 0;
	rename_in(made, schema);
	keyword_each(schema, rename_below, made);
	made->schema = cJSON_Duplicate(schema, true);
	*names = mem_steal(&made);
	return 0;
}
