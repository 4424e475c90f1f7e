#include "base/keyword.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"

enum keyword_value keyword_value(const char *name)
{
	static const struct {
		const char *name;
		enum keyword_value value;
	} keywords[] = {
		{"$defs", KEYWORD_MAP},
		{"additionalItems", KEYWORD_SCHEMA},
		{"additionalProperties", KEYWORD_SCHEMA},
		{"allOf", KEYWORD_LIST},
		{"anyOf", KEYWORD_LIST},
		{"contains", KEYWORD_SCHEMA},
		{"contentSchema", KEYWORD_SCHEMA},
		{"definitions", KEYWORD_MAP},
		{"dependencies", KEYWORD_DEPENDS},
		{"dependentSchemas", KEYWORD_MAP},
		{"else", KEYWORD_SCHEMA},
		{"if", KEYWORD_SCHEMA},
		{"items", KEYWORD_EITHER},
		{"not", KEYWORD_SCHEMA},
		{"oneOf", KEYWORD_LIST},
		{"patternProperties", KEYWORD_MAP},
		{"prefixItems", KEYWORD_LIST},
		{"properties", KEYWORD_MAP},
		{"propertyNames", KEYWORD_SCHEMA},
		{"then", KEYWORD_SCHEMA},
		{"unevaluatedItems", KEYWORD_SCHEMA},
		{"unevaluatedProperties", KEYWORD_SCHEMA},
	};

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcmp(name, keywords[i].name) == 0)
			return keywords[i].value;
	return KEYWORD_DATA;
}

bool keyword_is_of_same_value(const char *name)
{
	static const char *const keywords[] = {"allOf", "anyOf", "dependencies", "dependentSchemas",
		"else", "if", "not", "oneOf", "then"};

	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcmp(name, keywords[i]) == 0)
			return true;
	return false;
}

bool keyword_takes(const cJSON *v)
{
	return cJSON_IsObject(v) || cJSON_IsBool(v);
}

/* Visits the schemas in a map or an array, which is called `holder` here. */
static void each_inside(
	cJSON *holder, void (*visit)(void *arg, const struct subschema *sub), void *arg)
{
	int index = 0;
	cJSON *v;

	cJSON_ArrayForEach(v, holder)
	{
		struct subschema sub = {v, holder->string, v->string, -1};

		if (cJSON_IsArray(holder))
			sub.index = index++;
		if (keyword_takes(v))
			visit(arg, &sub);
	}
}

void keyword_each(cJSON *schema, void (*visit)(void *arg, const struct subschema *sub), void *arg)
{
	cJSON *v;

	cJSON_ArrayForEach(v, schema)
	{
		enum keyword_value value = keyword_value(v->string);
		bool one = value == KEYWORD_SCHEMA || value == KEYWORD_EITHER;
		bool list = value == KEYWORD_LIST || value == KEYWORD_EITHER;
		bool map = value == KEYWORD_MAP || value == KEYWORD_DEPENDS;

		if (one && keyword_takes(v))
			visit(arg, &(struct subschema){v, v->string, NULL, -1});
		else if ((list && cJSON_IsArray(v)) || (map && cJSON_IsObject(v)))
			each_inside(v, visit, arg);
	}
}
