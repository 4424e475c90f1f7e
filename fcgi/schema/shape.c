#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "schema/pattern.h"
#include "schema/work.h"

#define TEXT_MAX  ((size_t)1 << 28)
#define LOOKS_MAX ((size_t)100000)

static cJSON *get(const cJSON *schema, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(schema, name);
}

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

/* Whether the keyword only describes or defines something, and restricts no values. */
static bool is_note(const char *keyword)
{
	static const char *const notes[] = {"$comment", "$defs", "default", "definitions",
		"deprecated", "description", "examples", "readOnly", "title", "writeOnly"};

	return is_one_of(keyword, notes, ARRAY_LEN(notes));
}

/* Moves all keywords that restrict values into a new schema, for the caller to put somewhere. */
static cJSON *move_tests(cJSON *schema)
{
	cJSON *tests = cJSON_CreateObject(), *v, *next;

	for (v = schema->child; v != NULL; v = next) {
		next = v->next;
		if (!is_note(v->string))
			cJSON_AddItemToObject(
				tests, v->string, cJSON_DetachItemViaPointer(schema, v));
	}
	return tests;
}

/* Returns the dependency v as a schema: a list of names says what `required` does in one. */
static cJSON *dependency_schema(cJSON *v)
{
	cJSON *names;

	if (!cJSON_IsArray(v))
		return v;
	names = cJSON_CreateObject();
	cJSON_AddItemToObject(names, "required", v);
	return names;
}

/* Moves the dependency v into `all`. If one of its name is there, both must hold. */
static void add_dependency(cJSON *all, cJSON *v)
{
	cJSON *other = get(all, v->string), *both;
	CLEANUP_FREE char *name = mem_strdup(v->string);

	if (other == NULL) {
		cJSON_AddItemToObject(all, name, v);
		return;
	}
	both = cJSON_CreateObject();
	schema_demand(both, dependency_schema(v));
	cJSON_DetachItemViaPointer(all, other);
	schema_demand(both, dependency_schema(other));
	cJSON_AddItemToObject(all, name, both);
}

static void merge_dependents(struct schema_work *w, cJSON *schema)
{
	static const char *const keywords[] = {"dependentRequired", "dependentSchemas"};

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++) {
		cJSON *from = get(schema, keywords[i]), *all, *v, *next;

		if (from == NULL)
			continue;
		all = get(schema, "dependencies");
		if (all == NULL)
			all = cJSON_AddObjectToObject(schema, "dependencies");
		for (v = from->child; v != NULL; v = next) {
			next = v->next;
			add_dependency(all, cJSON_DetachItemViaPointer(from, v));
		}
		schema_drop(w, schema, from);
	}
}

/* The CLI refuses a keyword that has no effect because another one is not there. */
static void prune(struct schema_work *w, cJSON *schema)
{
	if (get(schema, "if") == NULL) {
		schema_drop_named(w, schema, "then");
		schema_drop_named(w, schema, "else");
	} else if (get(schema, "then") == NULL && get(schema, "else") == NULL) {
		schema_drop_named(w, schema, "if");
	}
	if (!cJSON_IsArray(get(schema, "items")))
		schema_drop_named(w, schema, "additionalItems");
}

static void refer(struct schema_work *w, cJSON *schema, cJSON *target)
{
	if (get(schema, "$ref") != NULL) {
		cJSON *also = cJSON_CreateObject();

		schema_demand(schema, also);
		schema = also;
	}
	schema_refs_add(&w->refs, schema, target);
}

static void move_tuple(struct schema_work *w, cJSON *schema)
{
	cJSON *list = get(schema, "prefixItems"), *items = get(schema, "items");
	cJSON *rest = list != NULL ? items : get(schema, "additionalItems"), *tuple;

	if (list == NULL && !cJSON_IsArray(items))
		return;
	if (cJSON_IsArray(rest)) {
		schema_drop(w, schema, rest);
		rest = NULL;
	}
	tuple = cJSON_CreateObject();
	list = cJSON_DetachItemViaPointer(schema, list != NULL ? list : items);
	cJSON_AddItemToObject(tuple, "items", list);
	if (rest != NULL)
		cJSON_AddItemToObject(
			tuple, "additionalItems", cJSON_DetachItemViaPointer(schema, rest));
	schema_drop_named(w, schema, "additionalItems");
	if (w->tuples == NULL)
		w->tuples = cJSON_CreateArray();
	cJSON_AddItemToArray(w->tuples, tuple);
	refer(w, schema, tuple);
}

/* Whether a pattern may match a property; also true when there are too many of them to look at. */
static bool may_overlap(const cJSON *patterns, const cJSON *properties)
{
	size_t n = (size_t)cJSON_GetArraySize(patterns), m = (size_t)cJSON_GetArraySize(properties);
	const cJSON *pattern, *property;

	if (n * m > LOOKS_MAX)
		return true;
	cJSON_ArrayForEach(pattern, patterns)
	{
		cJSON_ArrayForEach(property, properties)
		{
			if (schema_pattern_may_match(pattern->string, property->string))
				return true;
		}
	}
	return false;
}

/* A pattern for the very names of the properties, such as ^(?:a|b)$, for the caller to free. */
static char *match_names(const cJSON *properties)
{
	CLEANUP_BUF struct buf out = BUF_INIT(TEXT_MAX);
	const cJSON *property;

	cJSON_ArrayForEach(property, properties)
	{
		buf_puts(&out, out.len == 0 ? "^(?:" : "|");
		for (const char *c = property->string; *c != '\0'; c++) {
			if (strchr("^$\\.*+?()[]{}|/", *c) != NULL)
				buf_puts(&out, "\\");
			buf_add(&out, c, 1);
		}
	}
	buf_puts(&out, ")$");
	return mem_strdup(buf_str(&out));
}

/*
 * The CLI refuses patternProperties if a pattern matches one of the `properties` beside it, but
 * takes both in schemas of their own. So the patterns move to allOf, and additionalProperties with
 * them; there a pattern for the names of the properties lets these pass.
 */
static void split_patterns(struct schema_work *w, cJSON *schema)
{
	cJSON *matched = get(schema, "patternProperties"), *properties = get(schema, "properties");
	cJSON *rest = get(schema, "additionalProperties"), *also;

	(void)w;
	if (matched == NULL || !may_overlap(matched, properties))
		return;
	also = cJSON_CreateObject();
	cJSON_AddItemToObject(
		also, "patternProperties", cJSON_DetachItemViaPointer(schema, matched));
	if (rest != NULL) {
		CLEANUP_FREE char *names = match_names(properties);

		cJSON_AddItemToObject(
			also, "additionalProperties", cJSON_DetachItemViaPointer(schema, rest));
		if (get(matched, names) == NULL)
			cJSON_AddTrueToObject(matched, names);
	}
	schema_demand(schema, also);
}

static void add_null(cJSON *list, bool as_type)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, list)
	{
		if (cJSON_IsNull(v) || (as_type && strcmp(v->valuestring, "null") == 0))
			return;
	}
	cJSON_AddItemToArray(list, as_type ? cJSON_CreateString("null") : cJSON_CreateNull());
}

static void add_null_type(cJSON *schema)
{
	cJSON *type = get(schema, "type");

	if (cJSON_IsString(type)) {
		cJSON *list = cJSON_CreateArray();

		cJSON_AddItemToArray(list, cJSON_CreateString(type->valuestring));
		cJSON_ReplaceItemInObjectCaseSensitive(schema, "type", list);
		type = list;
	}
	add_null(type, true);
}

static bool has_any(const cJSON *schema, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (get(schema, list[i]) != NULL)
			return true;
	return false;
}

static cJSON *create_null_schema(void)
{
	cJSON *schema = cJSON_CreateObject();

	cJSON_AddStringToObject(schema, "type", "null");
	return schema;
}

/* `nullable` is OpenAPI 3.0's. Draft-07 has the type null, and its other keywords must admit it. */
static void admit_null(struct schema_work *w, cJSON *schema)
{
	static const char *const others[] = {"$ref", "allOf", "const", "if", "not", "oneOf"};
	bool nullable = cJSON_IsTrue(get(schema, "nullable"));
	bool any = get(schema, "anyOf") != NULL;
	bool simple = !has_any(schema, others, ARRAY_LEN(others));

	schema_drop_named(w, schema, "nullable");
	if (!nullable)
		return;
	if (simple && !any) {
		if (get(schema, "type") != NULL)
			add_null_type(schema);
		if (get(schema, "enum") != NULL)
			add_null(get(schema, "enum"), false);
		return;
	}
	if (!simple || get(schema, "type") != NULL || get(schema, "enum") != NULL) {
		cJSON *tests = move_tests(schema);

		cJSON_AddItemToArray(cJSON_AddArrayToObject(schema, "anyOf"), tests);
	}
	cJSON_AddItemToArray(get(schema, "anyOf"), create_null_schema());
}

void schema_reshape(struct schema_work *w, cJSON *schema)
{
	merge_dependents(w, schema);
	move_tuple(w, schema);
	prune(w, schema);
	split_patterns(w, schema);
	admit_null(w, schema);
}

static bool is_name_of_the_api(const char *name)
{
	size_t n =
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

	return name[n] == '\0' && n >= 1 && n <= 64;
}

static bool is_taken_as_root(const cJSON *root)
{
	static const char *const forbidden[] = {"allOf", "anyOf", "oneOf"};
	const cJSON *property;

	if (has_any(root, forbidden, ARRAY_LEN(forbidden)))
		return false;
	cJSON_ArrayForEach(property, get(root, "properties"))
	{
		if (!is_name_of_the_api(property->string))
			return false;
	}
	return true;
}

static bool is_object_type(const cJSON *type)
{
	return cJSON_IsString(type) && strcmp(type->valuestring, "object") == 0;
}

void schema_reshape_root(struct schema_work *w)
{
	cJSON *root = w->root, *type = get(root, "type"), *tests;

	/*
	 * The root's type becomes object, but a reference to the root may be for other values: then
	 * what the root had moves into a definition, and the reference leads there.
	 */
	if (!is_taken_as_root(root) ||
		(!is_object_type(type) && schema_refs_means(&w->refs, root))) {
		tests = move_tests(root);
		schema_refs_move(&w->refs, root, tests);
		cJSON_AddStringToObject(root, "type", "object");
		schema_refs_add(&w->refs, root, tests);
		schema_define(root, tests, "answer");
	} else if (type == NULL) {
		cJSON_AddStringToObject(root, "type", "object");
	} else {
		cJSON_ReplaceItemInObjectCaseSensitive(root, "type", cJSON_CreateString("object"));
	}
}
