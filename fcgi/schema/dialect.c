/* Rewrites what other drafts and dialects say with keywords that draft-07 does not have. */
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "schema/bounds.h"
#include "schema/work.h"

static void rename_keyword(struct schema_work *w, cJSON *schema, const char *from, const char *to)
{
	cJSON *v = cJSON_GetObjectItemCaseSensitive(schema, from);

	if (v == NULL)
		return;
	if (cJSON_GetObjectItemCaseSensitive(schema, to) != NULL)
		schema_drop(w, schema, v);
	else
		cJSON_AddItemToObject(schema, to, cJSON_DetachItemViaPointer(schema, v));
}

static void require(cJSON *schema, const char *name)
{
	cJSON *names = cJSON_GetObjectItemCaseSensitive(schema, "required");

	if (cJSON_IsBool(names) || cJSON_IsNull(names)) {
		cJSON_DeleteItemFromObjectCaseSensitive(schema, "required");
		names = NULL;
	}
	if (names == NULL)
		names = cJSON_AddArrayToObject(schema, "required");
	if (cJSON_IsArray(names))
		cJSON_AddItemToArray(names, cJSON_CreateString(name));
}

/* In draft 3 a property says itself whether it is required. */
static void lift_required(cJSON *schema)
{
	const cJSON *property;

	cJSON_ArrayForEach(property, cJSON_GetObjectItemCaseSensitive(schema, "properties"))
	{
		if (property->string != NULL &&
			cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(property, "required")))
			require(schema, property->string);
	}
}

static bool is_number(const cJSON *schema, const char *name, double n)
{
	const cJSON *v = json_get(schema, name);

	return cJSON_IsNumber(v) && v->valuedouble == n;
}

static void lose(
	struct schema_work *w, cJSON *schema, const char *name, const struct schema_place *at)
{
	schema_place_ignore(at, name, w->ignored);
	schema_drop_named(w, schema, name);
}

/* In draft-07 `contains` wants one such item at least, and no other number can be asked for. */
static void settle_contains(struct schema_work *w, cJSON *schema, const struct schema_place *at)
{
	bool contains = json_get(schema, "contains") != NULL;

	if (contains && json_get(schema, "maxContains") != NULL)
		lose(w, schema, "maxContains", at);
	if (is_number(schema, "minContains", 0))
		schema_drop_named(w, schema, "contains");
	else if (contains && json_get(schema, "minContains") != NULL &&
		 !is_number(schema, "minContains", 1))
		lose(w, schema, "minContains", at);
}

static bool admits_all(const cJSON *schema)
{
	return schema == NULL || cJSON_IsTrue(schema) ||
	       (cJSON_IsObject(schema) && schema->child == NULL);
}

/* `unevaluated...` has no effect where another keyword of the schema looks at all that there is. */
static void settle_unevaluated(struct schema_work *w, cJSON *schema, const struct schema_place *at)
{
	const cJSON *items = json_get(schema, "items");
	bool items_seen = (items != NULL && !cJSON_IsArray(items)) ||
			  (cJSON_IsArray(items) && json_get(schema, "additionalItems") != NULL);

	if (json_get(schema, "additionalProperties") == NULL &&
		!admits_all(json_get(schema, "unevaluatedProperties")))
		lose(w, schema, "unevaluatedProperties", at);
	if (!items_seen && !admits_all(json_get(schema, "unevaluatedItems")))
		lose(w, schema, "unevaluatedItems", at);
}

void schema_settle_dialect(struct schema_work *w, cJSON *schema, const struct schema_place *at)
{
	static const char *const lost[] = {"extends", "disallow", "propertyDependencies",
		"formatMinimum", "formatMaximum", "formatExclusiveMinimum",
		"formatExclusiveMaximum"};

	schema_number_bounds(schema);
	rename_keyword(w, schema, "divisibleBy", "multipleOf");
	rename_keyword(w, schema, "x-nullable", "nullable");
	/* A definition that is called $id is renamed: the CLI cannot follow references past it. */
	if (cJSON_IsObject(json_get(schema, "$defs")))
		rename_keyword(w, cJSON_GetObjectItemCaseSensitive(schema, "$defs"), "$id", "$id_");
	lift_required(schema);
	settle_contains(w, schema, at);
	settle_unevaluated(w, schema, at);
	for (size_t i = 0; i < ARRAY_LEN(lost); i++)
		if (json_get(schema, lost[i]) != NULL)
			lose(w, schema, lost[i], at);
}
