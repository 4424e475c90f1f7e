/* The schema of an answer: what is made of it the CLI takes, and it is what was asked for. */
#include "fuzz/fuzz.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "schema/pattern.h"
#include "schema/schema.h"

#define AT "text.format.schema"

static cJSON *get(const cJSON *schema, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(schema, name);
}

/* What may stand behind a keyword of the CLI's; NULL for one that it does not know. */
static const char *kinds_of(const char *keyword)
{
	static const struct {
		const char *kinds; /* of values: s n b a o, * any, S a schema */
		const char *keywords;
	} table[] = {
		{"s", " $comment $ref contentEncoding contentMediaType description format pattern "
		      "title "},
		{"n", " exclusiveMaximum exclusiveMinimum maximum minimum multipleOf maxItems "
		      "maxLength maxProperties minItems minLength minProperties "},
		{"b", " deprecated readOnly uniqueItems writeOnly "},
		{"a", " allOf anyOf enum examples oneOf required "},
		{"o", " $defs definitions dependencies patternProperties properties "},
		{"sa", " type "},
		{"Sa", " items "},
		{"*", " const default "},
		{"S", " additionalItems additionalProperties contains contentSchema else if not "
		      "propertyNames then "},
	};
	CLEANUP_FREE char *word = mem_alloc(strlen(keyword) + 3);

	word[0] = ' ';
	strcpy(word + 1, keyword);
	word[strlen(word)] = ' ';
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (strchr(keyword, ' ') == NULL && strstr(table[i].keywords, word) != NULL)
			return table[i].kinds;
	return NULL;
}

static bool is_kind(const cJSON *v, char kind)
{
	return kind == '*' || (kind == 's' && cJSON_IsString(v)) ||
	       (kind == 'n' && cJSON_IsNumber(v) && isfinite(v->valuedouble)) ||
	       (kind == 'b' && cJSON_IsBool(v)) || (kind == 'a' && cJSON_IsArray(v)) ||
	       (kind == 'o' && cJSON_IsObject(v)) ||
	       (kind == 'S' && (cJSON_IsObject(v) || cJSON_IsBool(v)));
}

static void check_keyword(const cJSON *v)
{
	const char *kinds = kinds_of(v->string);
	bool fits = false;

	assert(kinds != NULL);
	for (; *kinds != '\0'; kinds++)
		fits = fits || is_kind(v, *kinds);
	assert(fits);
}

static void check_unique(const cJSON *list)
{
	const cJSON *v, *w;
	int left = 30;

	cJSON_ArrayForEach(v, list)
	{
		for (w = v->next; w != NULL && left-- > 0; w = w->next)
			assert(!cJSON_IsString(v) || !cJSON_IsString(w) ||
				strcmp(v->valuestring, w->valuestring) != 0);
	}
}

static void check_schema(cJSON *schema, const char *source);

static void check_sub(void *arg, const struct subschema *sub)
{
	check_schema(sub->schema, arg);
}

/* Values are as they were sent. */
static void check_value(const cJSON *v, const char *source)
{
	CLEANUP_FREE char *text = v != NULL ? cJSON_PrintUnformatted(v) : NULL;

	assert(text == NULL || strstr(source, text) != NULL);
}

static void check_values(const cJSON *schema, const char *source)
{
	const cJSON *v;

	check_value(get(schema, "const"), source);
	check_value(get(schema, "default"), source);
	check_value(get(schema, "description"), source);
	cJSON_ArrayForEach(v, get(schema, "enum"))
	{
		check_value(v, cJSON_IsNull(v) ? "null" : source);
	}
}

static void check_tests(const cJSON *schema)
{
	const cJSON *pattern = get(schema, "pattern"), *named;

	assert(pattern == NULL || schema_pattern_is_valid(pattern->valuestring));
	cJSON_ArrayForEach(named, get(schema, "patternProperties"))
	{
		assert(schema_pattern_is_valid(named->string));
	}
	assert(!cJSON_IsArray(get(schema, "items")));
	assert(get(schema, "additionalItems") == NULL);
	assert((get(schema, "if") != NULL) ==
		(get(schema, "then") != NULL || get(schema, "else") != NULL));
	assert(get(schema, "enum") == NULL || get(schema, "enum")->child != NULL);
	check_unique(get(schema, "enum"));
	check_unique(get(schema, "required"));
	check_unique(get(schema, "type"));
}

/* References lead from the root to somewhere. */
static void check_ref(const cJSON *ref)
{
	assert(ref == NULL || ref->valuestring[0] == '#' ||
		strncmp(ref->valuestring, "http://json-schema.org/draft-07/schema", 38) == 0);
}

static void check_schema(cJSON *schema, const char *source)
{
	cJSON *v;

	cJSON_ArrayForEach(v, schema)
	{
		check_keyword(v);
	}
	check_tests(schema);
	check_values(schema, source);
	check_ref(get(schema, "$ref"));
	keyword_each(schema, check_sub, (void *)source);
}

static void check_root(cJSON *root, const char *source)
{
	const char *type = json_get_string(root, "type");

	assert(type != NULL && strcmp(type, "object") == 0);
	assert(get(root, "anyOf") == NULL && get(root, "oneOf") == NULL);
	assert(get(root, "allOf") == NULL);
	check_schema(root, source);
}

static void check_ignored_names(const struct ignored *ignored)
{
	for (size_t i = 0; i < ignored->n; i++)
		assert(strncmp(ignored->names[i], AT, strlen(AT)) == 0);
}

static void check_again(cJSON *schema)
{
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	CLEANUP_FREE char *before = cJSON_PrintUnformatted(schema);
	CLEANUP_FREE char *after = NULL;
	struct err err;
	int result = schema_reduce(schema, AT, &ignored, &err);

	assert(result == 0 && ignored.n == 0);
	after = cJSON_PrintUnformatted(schema);
	assert(strcmp(before, after) == 0);
}

static void check_reduced(cJSON *schema, const char *source)
{
	CLEANUP_FREE char *text = cJSON_PrintUnformatted(schema);
	CLEANUP_JSON cJSON *again = cJSON_Parse(text);

	assert(utf8_valid(text, strlen(text)));
	check_root(schema, source);
	if (again != NULL)
		check_again(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP(ignored_finish) struct ignored ignored = {0};
	CLEANUP_FREE char *text = fuzz_text(data, n);
	CLEANUP_FREE char *source = NULL;
	CLEANUP_JSON cJSON *schema = NULL;
	struct err err = {0};

	schema_pattern_is_valid(text);
	schema = json_parse(text, n, &err);
	if (!cJSON_IsObject(schema))
		return 0;
	source = cJSON_PrintUnformatted(schema);
	if (schema_reduce(schema, AT, &ignored, &err) < 0)
		fuzz_check_err(&err);
	else
		check_reduced(schema, source);
	check_ignored_names(&ignored);
	return 0;
}
