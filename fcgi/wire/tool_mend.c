#include "wire/tool_mend.h"

#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "schema/bounds.h"

static void drop(cJSON *schema, cJSON *member)
{
	cJSON_Delete(cJSON_DetachItemViaPointer(schema, member));
}

static cJSON *get(const cJSON *schema, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(schema, name);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(
		(*(const cJSON *const *)a)->valuestring, (*(const cJSON *const *)b)->valuestring);
}

/* Leaves one of each string in an array of strings alone. */
static void drop_repeated(cJSON *list)
{
	size_t n = cJSON_IsArray(list) ? (size_t)cJSON_GetArraySize(list) : 0, i = 0, kept = 0;
	CLEANUP_FREE cJSON **sorted = mem_alloc((n + 1) * sizeof(cJSON *));
	cJSON *v;

	cJSON_ArrayForEach(v, list)
	{
		if (i == n || !cJSON_IsString(v))
			return;
		sorted[i++] = v;
	}
	if (n > 1)
		qsort(sorted, n, sizeof(cJSON *), by_text);
	for (i = 1; i < n; i++) {
		if (strcmp(sorted[i]->valuestring, sorted[kept]->valuestring) == 0)
			drop(list, sorted[i]);
		else
			kept = i;
	}
}

/* Puts the type in lower case, as Gemini has STRING. Whether it is `any`, which is of draft 3. */
static bool settle_type(cJSON *type)
{
	for (char *s = cJSON_GetStringValue(type); s != NULL && *s != '\0'; s++)
		*s = (char)((unsigned char)*s < 0x80 ? tolower(*s) : *s);
	return cJSON_IsString(type) && strcmp(type->valuestring, "any") == 0;
}

static void mend_type(cJSON *schema)
{
	cJSON *type = get(schema, "type"), *one;
	bool any = settle_type(type) || (cJSON_IsArray(type) && type->child == NULL);

	cJSON_ArrayForEach(one, type)
	{
		any = settle_type(one) || any;
	}
	if (any)
		drop(schema, type);
}

/*
 * Up to draft 2019-09 a list in `items` was what prefixItems is now, additionalItems what items is.
 */
static void mend_items(cJSON *schema)
{
	cJSON *items = get(schema, "items"), *rest = get(schema, "additionalItems");

	if (cJSON_IsArray(items)) {
		cJSON_DetachItemViaPointer(schema, items);
		if (cJSON_GetArraySize(items) > 0 && get(schema, "prefixItems") == NULL)
			cJSON_AddItemToObject(schema, "prefixItems", items);
		else
			cJSON_Delete(items);
		if (cJSON_IsObject(rest) || cJSON_IsBool(rest))
			cJSON_AddItemToObject(schema, "items", cJSON_Duplicate(rest, true));
	}
	if (rest != NULL)
		drop(schema, rest);
}

/* Protocol buffers write numbers of 64 bits as strings. */
static void mend_numbers(cJSON *schema)
{
	static const char *const numbers[] = {"maxContains", "maxItems", "maxLength",
		"maxProperties", "maximum", "minContains", "minItems", "minLength", "minProperties",
		"minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"};

	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		const char *text = cJSON_GetStringValue(get(schema, numbers[i]));
		char *end = NULL;
		double n = text == NULL ? 0 : strtod(text, &end);

		if (text == NULL || end == text || text[strspn(text, "0123456789-+.eE")] != '\0' ||
			*end != '\0' || !isfinite(n))
			continue;
		cJSON_ReplaceItemInObjectCaseSensitive(schema, numbers[i], cJSON_CreateNumber(n));
	}
}

/* In draft 3 a property has `required: true` itself. */
static void mend_required(cJSON *schema)
{
	cJSON *own = get(schema, "required"), *property;

	if (cJSON_IsBool(own)) {
		drop(schema, own);
		own = NULL;
	}
	cJSON_ArrayForEach(property, get(schema, "properties"))
	{
		cJSON *flag = get(property, "required");

		if (!cJSON_IsTrue(flag))
			continue;
		if (own == NULL)
			own = cJSON_AddArrayToObject(schema, "required");
		if (cJSON_IsArray(own))
			cJSON_AddItemToArray(own, cJSON_CreateString(property->string));
	}
}

/* Some languages write an empty object as []. A name whose schema is null may have any value. */
static void mend_map(cJSON *map)
{
	cJSON *v;

	if (cJSON_IsArray(map) && map->child == NULL)
		map->type = cJSON_Object;
	cJSON_ArrayForEach(v, map)
	{
		if (cJSON_IsNull(v))
			v->type = cJSON_True;
	}
}

static void mend_maps(cJSON *schema)
{
	cJSON *v;

	cJSON_ArrayForEach(v, schema)
	{
		enum keyword_value value = keyword_value(v->string);

		if (value == KEYWORD_MAP || value == KEYWORD_DEPENDS)
			mend_map(v);
	}
}

static void mend_lists(cJSON *schema)
{
	static const char *const maps[] = {"dependencies", "dependentRequired"};
	cJSON *list;

	drop_repeated(get(schema, "required"));
	drop_repeated(get(schema, "type"));
	for (size_t i = 0; i < ARRAY_LEN(maps); i++)
		cJSON_ArrayForEach(list, get(schema, maps[i]))
		{
			drop_repeated(list);
		}
}

void tool_mend(cJSON *schema)
{
	mend_maps(schema);
	mend_type(schema);
	mend_items(schema);
	mend_numbers(schema);
	schema_number_bounds(schema);
	mend_required(schema);
	mend_lists(schema);
}
