#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "schema/bounds.h"
#include "schema/equal.h"
#include "schema/pattern.h"
#include "schema/work.h"

/* A member of a schema, and where it stands. */
struct member {
	struct schema_work *w;
	cJSON *schema, *v;
	struct schema_place at;
};

void schema_drop(struct schema_work *w, cJSON *schema, cJSON *member)
{
	cJSON_AddItemToArray(w->dropped, cJSON_DetachItemViaPointer(schema, member));
}

void schema_drop_named(struct schema_work *w, cJSON *schema, const char *name)
{
	cJSON *v = cJSON_GetObjectItemCaseSensitive(schema, name);

	if (v != NULL)
		schema_drop(w, schema, v);
}

static int drop(struct member *m)
{
	schema_drop(m->w, m->schema, m->v);
	return 0;
}

/* Takes a member out and notes it as ignored, because it restricted values. */
static int lose(struct member *m)
{
	schema_place_ignore(m->at.up, m->v->string, m->w->ignored);
	return drop(m);
}

static int refuse(struct member *m, const char *must)
{
	return schema_place_refuse(&m->at, must, m->w->err);
}

static bool is_empty(const cJSON *v, int type)
{
	return (v->type & 0xff) == type && v->child == NULL;
}

/* Some languages write an empty object as an empty list. */
static void make_object(cJSON *v)
{
	if (is_empty(v, cJSON_Array))
		v->type = (v->type & ~0xff) | cJSON_Object;
}

static int settle_note_text(struct member *m)
{
	return cJSON_IsString(m->v) ? 0 : drop(m);
}

static int settle_note_flag(struct member *m)
{
	return cJSON_IsBool(m->v) ? 0 : drop(m);
}

static int settle_note_list(struct member *m)
{
	return cJSON_IsArray(m->v) ? 0 : drop(m);
}

static int settle_any(struct member *m)
{
	(void)m;
	return 0;
}

static int settle_flag(struct member *m)
{
	return cJSON_IsBool(m->v) ? 0 : refuse(m, "true or false");
}

static int settle_text(struct member *m)
{
	return cJSON_IsString(m->v) ? 0 : refuse(m, "a string");
}

static int settle_schema(struct member *m)
{
	make_object(m->v);
	return keyword_takes(m->v) ? 0 : refuse(m, "a schema");
}

/* Checks the schemas in a list or a map. */
static int settle_each(struct member *m)
{
	int index = 0;
	cJSON *v;

	cJSON_ArrayForEach(v, m->v)
	{
		const struct schema_place place = {
			&m->at, cJSON_IsArray(m->v) ? NULL : v->string, index++};

		make_object(v);
		if (!keyword_takes(v))
			return schema_place_refuse(&place, "a schema", m->w->err);
	}
	return 0;
}

static int settle_list(struct member *m)
{
	bool says_all = strcmp(m->v->string, "anyOf") != 0 && strcmp(m->v->string, "oneOf") != 0;

	if (is_empty(m->v, cJSON_Array) || is_empty(m->v, cJSON_Object))
		return says_all ? drop(m) : lose(m);
	return cJSON_IsArray(m->v) ? settle_each(m) : refuse(m, "a list of schemas");
}

static int settle_items(struct member *m)
{
	if (is_empty(m->v, cJSON_Array))
		return drop(m);
	return cJSON_IsArray(m->v) ? settle_each(m) : settle_schema(m);
}

static int settle_map(struct member *m)
{
	make_object(m->v);
	return cJSON_IsObject(m->v) ? settle_each(m) : refuse(m, "an object of schemas");
}

/*
 * A property that only the lost pattern admitted must not be forbidden by additionalProperties now:
 * that admits `also`, the schema of the pattern, too.
 */
static void admit(struct schema_work *w, cJSON *schema, cJSON **choices, cJSON *also)
{
	cJSON *rest = cJSON_GetObjectItemCaseSensitive(schema, "additionalProperties"), *any;

	if (*choices != NULL) {
		cJSON_AddItemToArray(*choices, also);
	} else if (rest == NULL || cJSON_IsTrue(rest)) {
		cJSON_AddItemToArray(w->dropped, also);
	} else {
		any = cJSON_CreateObject();
		*choices = cJSON_AddArrayToObject(any, "anyOf");
		cJSON_AddItemToArray(*choices, cJSON_DetachItemViaPointer(schema, rest));
		cJSON_AddItemToArray(*choices, also);
		cJSON_AddItemToObject(schema, "additionalProperties", any);
	}
}

static int settle_patterns(struct member *m)
{
	cJSON *v, *next, *choices = NULL;

	if (settle_map(m) < 0)
		return -1;
	for (v = cJSON_GetArrayItem(m->v, 0); v != NULL; v = next) {
		next = v->next;
		if (schema_pattern_is_valid(v->string))
			continue;
		schema_place_ignore(&m->at, v->string, m->w->ignored);
		admit(m->w, m->schema, &choices, cJSON_DetachItemViaPointer(m->v, v));
	}
	return 0;
}

static int settle_names_at(struct schema_work *w, cJSON *v, const struct schema_place *at)
{
	const cJSON *name;

	if (!cJSON_IsArray(v))
		return schema_place_refuse(at, "a list of names", w->err);
	cJSON_ArrayForEach(name, v)
	{
		if (!cJSON_IsString(name))
			return schema_place_refuse(at, "a list of names", w->err);
	}
	schema_merge_equal(v);
	return 0;
}

/* In draft 3 `required` is true or false in a property: lift_required has told its owner by now. */
static int settle_names(struct member *m)
{
	if (cJSON_IsBool(m->v) || is_empty(m->v, cJSON_Object))
		return drop(m);
	return settle_names_at(m->w, m->v, &m->at);
}

/* A dependency is a schema or a list of names; one in `dependentRequired` must be a list. */
static int settle_depends(struct member *m)
{
	bool names_alone = strcmp(m->v->string, "dependentRequired") == 0;
	cJSON *v;

	make_object(m->v);
	if (!cJSON_IsObject(m->v))
		return refuse(m, "an object");
	cJSON_ArrayForEach(v, m->v)
	{
		const struct schema_place place = {&m->at, v->string, 0};

		if (!(keyword_takes(v) && !names_alone) && settle_names_at(m->w, v, &place) < 0)
			return -1;
	}
	return 0;
}

/* Protocol buffers write numbers of 64 bits as strings. */
static void make_number(struct member *m)
{
	const char *text = cJSON_GetStringValue(m->v);
	cJSON *number;

	if (text == NULL || text[0] == '\0' || text[strspn(text, "0123456789-+.eE")] != '\0')
		return;
	number = cJSON_CreateNumber(strtod(text, NULL));
	cJSON_ReplaceItemInObjectCaseSensitive(m->schema, m->v->string, number);
	m->v = number;
}

static int settle_number(struct member *m)
{
	make_number(m);
	if (!cJSON_IsNumber(m->v))
		return refuse(m, "a number");
	return isfinite(m->v->valuedouble) ? 0 : lose(m);
}

static int settle_factor(struct member *m)
{
	make_number(m);
	if (!cJSON_IsNumber(m->v) || !(m->v->valuedouble > 0))
		return refuse(m, "a number above 0");
	return isfinite(m->v->valuedouble) ? 0 : lose(m);
}

/* From 2^53 on all doubles are whole numbers. floor() would need libm, which is not linked. */
static bool is_whole(double n)
{
	return n >= 0 && (n >= 9007199254740992.0 || n == (double)(uint64_t)n);
}

/* Some clients write a negative minimum where they mean that there is none. */
static int settle_count(struct member *m)
{
	double n;

	make_number(m);
	n = cJSON_IsNumber(m->v) ? m->v->valuedouble : NAN;
	if (n < 0 && strncmp(m->v->string, "min", 3) == 0)
		return drop(m);
	if (isinf(n) && n > 0)
		return lose(m);
	return is_whole(n) ? 0 : refuse(m, "a whole number that is not negative");
}

static int settle_pattern(struct member *m)
{
	if (!cJSON_IsString(m->v))
		return refuse(m, "a string");
	return schema_pattern_is_valid(m->v->valuestring) ? 0 : lose(m);
}

static int settle_enum(struct member *m)
{
	if (!cJSON_IsArray(m->v))
		return refuse(m, "a list of values");
	if (m->v->child == NULL)
		return lose(m);
	schema_merge_equal(m->v);
	return 0;
}

/* The name of the type in lower case, "" for one that admits all values, NULL for no type. */
static const char *find_type(const cJSON *v)
{
	static const char *const types[] = {
		"string", "number", "integer", "boolean", "object", "array", "null"};
	const char *name = cJSON_GetStringValue(v);

	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcasecmp(name, types[i]) == 0)
			return types[i];
	return strcasecmp(name, "any") == 0 || strcasecmp(name, "TYPE_UNSPECIFIED") == 0 ? ""
											 : NULL;
}

/* Types are put in lower case, as Gemini's API has them in capitals; `any`, of draft 3, goes. */
static int settle_type(struct member *m)
{
	bool several = cJSON_IsArray(m->v);
	cJSON *v, *first = several ? m->v->child : m->v;

	if (several && first == NULL)
		return lose(m);
	for (v = first; v != NULL; v = several ? v->next : NULL) {
		const char *type = find_type(v);

		if (type == NULL)
			return refuse(m,
				"one of string, number, integer, boolean, object, array, null, or a list of them");
		if (type[0] == '\0')
			return drop(m);
		cJSON_SetValuestring(v, type);
	}
	if (several)
		schema_merge_equal(m->v);
	return 0;
}

static const struct {
	const char *name;
	int (*settle)(struct member *m);
} keywords[] = {
	{"$comment", settle_note_text},
	{"$defs", settle_map},
	{"$ref", settle_text},
	{"additionalItems", settle_schema},
	{"additionalProperties", settle_schema},
	{"allOf", settle_list},
	{"anyOf", settle_list},
	{"const", settle_any},
	{"contains", settle_schema},
	{"contentEncoding", settle_note_text},
	{"contentMediaType", settle_note_text},
	{"contentSchema", settle_schema},
	{"default", settle_any},
	{"definitions", settle_map},
	{"dependencies", settle_depends},
	{"dependentRequired", settle_depends},
	{"dependentSchemas", settle_map},
	{"deprecated", settle_note_flag},
	{"description", settle_note_text},
	{"else", settle_schema},
	{"enum", settle_enum},
	{"examples", settle_note_list},
	{"exclusiveMaximum", settle_number},
	{"exclusiveMinimum", settle_number},
	{"format", settle_note_text},
	{"if", settle_schema},
	{"items", settle_items},
	{"maxItems", settle_count},
	{"maxLength", settle_count},
	{"maxProperties", settle_count},
	{"maximum", settle_number},
	{"minItems", settle_count},
	{"minLength", settle_count},
	{"minProperties", settle_count},
	{"minimum", settle_number},
	{"multipleOf", settle_factor},
	{"not", settle_schema},
	{"nullable", settle_note_flag},
	{"oneOf", settle_list},
	{"pattern", settle_pattern},
	{"patternProperties", settle_patterns},
	{"prefixItems", settle_list},
	{"properties", settle_map},
	{"propertyNames", settle_schema},
	{"readOnly", settle_note_flag},
	{"required", settle_names},
	{"then", settle_schema},
	{"title", settle_note_text},
	{"type", settle_type},
	{"uniqueItems", settle_flag},
	{"writeOnly", settle_note_flag},
};

static size_t find_keyword(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcmp(name, keywords[i].name) == 0)
			return i;
	return ARRAY_LEN(keywords);
}

/* Of two members with one name the first one goes, as the CLI takes the last. */
int schema_settle_values(struct schema_work *w, cJSON *schema, const struct schema_place *at)
{
	cJSON *found[ARRAY_LEN(keywords)] = {NULL}, *v, *next;

	for (v = schema->child; v != NULL; v = next) {
		size_t k = find_keyword(v->string);

		next = v->next;
		if (k == ARRAY_LEN(keywords)) {
			schema_drop(w, schema, v);
			continue;
		}
		if (found[k] != NULL)
			schema_drop(w, schema, found[k]);
		found[k] = v;
	}
	for (size_t k = 0; k < ARRAY_LEN(keywords); k++) {
		struct member m = {w, schema, found[k], {at, keywords[k].name, 0}};

		if (m.v == NULL)
			continue;
		if (cJSON_IsNull(m.v) && keywords[k].settle != settle_any)
			drop(&m);
		else if (keywords[k].settle(&m) < 0)
			return -1;
	}
	return 0;
}
