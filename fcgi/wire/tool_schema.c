#include "wire/tool_schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "wire/tool_mend.h"
#include "wire/tool_refs.h"

/* The size of the text that tells where in the schema something stands. */
#define PATH_SIZE 200

struct fit {
	const char *at;
	struct err *err;
	char path[PATH_SIZE]; /* of the schema that is looked at; "" is the root */
	bool failed;
};

static bool is_whole(const cJSON *v)
{
	return cJSON_IsNumber(v) && v->valuedouble >= 0 &&
	       (v->valuedouble > 1e15 || v->valuedouble == (double)(long long)v->valuedouble);
}

static bool is_number(const cJSON *v)
{
	return cJSON_IsNumber(v);
}

static bool is_positive(const cJSON *v)
{
	return cJSON_IsNumber(v) && v->valuedouble > 0;
}

static bool is_string(const cJSON *v)
{
	return cJSON_IsString(v);
}

static bool is_bool(const cJSON *v)
{
	return cJSON_IsBool(v);
}

static bool is_array(const cJSON *v)
{
	return cJSON_IsArray(v);
}

static bool is_anchor(const cJSON *v)
{
	const char *s = cJSON_IsString(v) ? v->valuestring : "";

	return (isalpha((unsigned char)*s) || *s == '_') &&
	       s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._")] ==
		       '\0';
}

static bool is_id(const cJSON *v)
{
	const char *hash = cJSON_IsString(v) ? strchr(v->valuestring, '#') : NULL;

	return cJSON_IsString(v) && (hash == NULL || hash[1] == '\0');
}

static bool is_names(const cJSON *v)
{
	const cJSON *name;

	if (!cJSON_IsArray(v))
		return false;
	cJSON_ArrayForEach(name, v)
	{
		if (!cJSON_IsString(name))
			return false;
	}
	return true;
}

static bool is_type_name(const cJSON *v)
{
	static const char *const types[] = {
		"array", "boolean", "integer", "null", "number", "object", "string"};

	for (size_t i = 0; cJSON_IsString(v) && i < ARRAY_LEN(types); i++)
		if (strcmp(v->valuestring, types[i]) == 0)
			return true;
	return false;
}

static bool is_type(const cJSON *v)
{
	const cJSON *type;

	if (!cJSON_IsArray(v))
		return is_type_name(v);
	cJSON_ArrayForEach(type, v)
	{
		if (!is_type_name(type))
			return false;
	}
	return true;
}

static bool is_lists_of_names(const cJSON *v)
{
	const cJSON *list;

	if (!cJSON_IsObject(v))
		return false;
	cJSON_ArrayForEach(list, v)
	{
		if (!is_names(list))
			return false;
	}
	return true;
}

/* What a keyword must be. If `want` is NULL, it says nothing of the arguments and may go. */
static const struct rule {
	const char *name;
	bool (*is)(const cJSON *v);
	const char *want;
} rules[] = {
	{"$anchor", is_anchor, NULL},
	{"$comment", is_string, NULL},
	{"$dynamicAnchor", is_anchor, NULL},
	{"$dynamicRef", is_string, NULL},
	{"$id", is_id, NULL},
	{"$recursiveAnchor", is_anchor, NULL},
	{"$recursiveRef", is_string, NULL},
	{"$ref", is_string, "a string"},
	{"contentEncoding", is_string, NULL},
	{"contentMediaType", is_string, NULL},
	{"dependentRequired", is_lists_of_names, "an object of arrays of strings"},
	{"deprecated", is_bool, NULL},
	{"description", is_string, NULL},
	{"enum", is_array, "an array"},
	{"examples", is_array, NULL},
	{"exclusiveMaximum", is_number, "a number"},
	{"exclusiveMinimum", is_number, "a number"},
	{"format", is_string, NULL},
	{"maxContains", is_whole, "a whole number"},
	{"maxItems", is_whole, "a whole number"},
	{"maxLength", is_whole, "a whole number"},
	{"maxProperties", is_whole, "a whole number"},
	{"maximum", is_number, "a number"},
	{"minContains", is_whole, "a whole number"},
	{"minItems", is_whole, "a whole number"},
	{"minLength", is_whole, "a whole number"},
	{"minProperties", is_whole, "a whole number"},
	{"minimum", is_number, "a number"},
	{"multipleOf", is_positive, "a number above 0"},
	{"pattern", is_string, "a string"},
	{"readOnly", is_bool, NULL},
	{"required", is_names, "an array of strings"},
	{"title", is_string, NULL},
	{"type", is_type,
		"one or several of array, boolean, integer, null, number, object, string"},
	{"uniqueItems", is_bool, "true or false"},
	{"writeOnly", is_bool, NULL},
};

static const struct rule *find_rule(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(rules); i++)
		if (strcmp(name, rules[i].name) == 0)
			return &rules[i];
	return NULL;
}

static bool is_list_of_schemas(const cJSON *list)
{
	const cJSON *v;

	if (!cJSON_IsArray(list))
		return false;
	cJSON_ArrayForEach(v, list)
	{
		if (!keyword_takes(v))
			return false;
	}
	return true;
}

static bool is_map_of_schemas(const cJSON *map, bool or_names)
{
	const cJSON *v;

	if (!cJSON_IsObject(map))
		return false;
	cJSON_ArrayForEach(v, map)
	{
		if (!keyword_takes(v) && !(or_names && is_names(v)))
			return false;
	}
	return true;
}

/* What the member must be, if it is something else; NULL if it is right. */
static const char *what_is_wanted(const cJSON *member)
{
	const struct rule *rule = find_rule(member->string);

	switch (keyword_value(member->string)) {
	case KEYWORD_SCHEMA:
	case KEYWORD_EITHER:
		return keyword_takes(member) ? NULL : "a schema";
	case KEYWORD_LIST:
		return is_list_of_schemas(member) ? NULL : "an array of schemas";
	case KEYWORD_MAP:
		return is_map_of_schemas(member, false) ? NULL : "an object of schemas";
	case KEYWORD_DEPENDS:
		return is_map_of_schemas(member, true) ? NULL : "an object of schemas";
	case KEYWORD_DATA:
		return rule == NULL || rule->is(member) ? NULL : rule->want;
	}
	return NULL;
}

/*
 * Whether the member may go: the draft takes no such value, and it says nothing of the arguments.
 */
static bool may_go(const cJSON *member)
{
	const struct rule *rule = find_rule(member->string);
	enum keyword_value value = keyword_value(member->string);
	bool known = rule != NULL || value != KEYWORD_DATA;

	if (strcmp(member->string, "$schema") == 0 || strcmp(member->string, "$vocabulary") == 0)
		return true;
	if (known && cJSON_IsNull(member))
		return true;
	if (value == KEYWORD_LIST && cJSON_IsArray(member) && member->child == NULL)
		return true;
	return rule != NULL && rule->want == NULL && !rule->is(member);
}

static void drop_idle(cJSON *schema)
{
	cJSON *next;

	for (cJSON *v = schema->child; v != NULL; v = next) {
		next = v->next;
		if (may_go(v))
			cJSON_Delete(cJSON_DetachItemViaPointer(schema, v));
	}
}

static void check(struct fit *f, const cJSON *schema)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, schema)
	{
		const char *want = what_is_wanted(v);

		if (want == NULL || f->failed)
			continue;
		f->failed = true;
		err_param(f->err, ERR_INVALID, f->at,
			"'%s' is not a valid JSON schema: '%s' in %s must be %s. Correct it, or leave the tool out.",
			f->at, v->string, f->path[0] != '\0' ? f->path : "its root", want);
	}
}

static void fit(void *arg, const struct subschema *sub)
{
	struct fit *f = arg;
	size_t n = strlen(f->path);

	if (f->failed || !cJSON_IsObject(sub->schema))
		return;
	if (sub->name != NULL)
		snprintf(f->path + n, sizeof(f->path) - n, "%s%s.%s", n > 0 ? "." : "",
			sub->keyword, sub->name);
	else
		snprintf(f->path + n, sizeof(f->path) - n, "%s%s", n > 0 ? "." : "", sub->keyword);
	drop_idle(sub->schema);
	tool_mend(sub->schema);
	check(f, sub->schema);
	if (!f->failed)
		keyword_each(sub->schema, fit, f);
	f->path[n] = '\0';
}

/* Gives the schema the type object, on which the CLI insists and OpenAI does not. */
static int make_object(cJSON *schema, const char *at, struct err *err)
{
	cJSON *type = cJSON_GetObjectItemCaseSensitive(schema, "type"), *one;
	const char *name = cJSON_GetStringValue(type);
	bool objects = type == NULL;

	cJSON_ArrayForEach(one, type)
	{
		objects = objects || strcmp(one->valuestring, "object") == 0;
	}
	if (name != NULL && strcmp(name, "object") == 0)
		return 0;
	if (!objects)
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a JSON schema of type object.", at);
	cJSON_DeleteItemFromObjectCaseSensitive(schema, "type");
	cJSON_AddStringToObject(schema, "type", "object");
	return 0;
}

int tool_schema_fit(cJSON *schema, const char *at, struct err *err)
{
	struct fit f = {.at = at, .err = err};

	drop_idle(schema);
	tool_mend(schema);
	check(&f, schema);
	if (!f.failed)
		keyword_each(schema, fit, &f);
	if (f.failed)
		return -1;
	tool_refs_follow(schema);
	return make_object(schema, at, err);
}
