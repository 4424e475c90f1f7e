/* References to the schemas of tuples, which stand elsewhere in today's draft. */
#include "wire/tool_refs.h"

#include "base/json.h"
#include "base/mem.h"
#include "support/check.h"

#define TUPLE       "'t':{'prefixItems':[{'type':'string'},{'prefixItems':[{}]}],'items':{}}"
#define REFERS(ref) "{'properties':{" TUPLE ",'u':{'items':[],'anyOf':[{'$ref':'" ref "'}]}}}"

/* A reference inside a schema that has a tuple, and what it is then. */
static const struct {
	const char *given, *made;
} rows[] = {
	{"#/properties/t/items/0", "#/properties/t/prefixItems/0"},
	{"#/properties/t/items/1/items/0", "#/properties/t/prefixItems/1/prefixItems/0"},
	{"#/properties/t/additionalItems", "#/properties/t/items"},
	{"#/%70roperties/t/items/0", "#/%70roperties/t/prefixItems/0"},
	/* today's already */
	{"#/properties/t/prefixItems/0", "#/properties/t/prefixItems/0"},
	{"#/properties/t/items", "#/properties/t/items"},
	/* no tuple */
	{"#/properties/u/items/0", "#/properties/u/items/0"},
	{"#/properties/items", "#/properties/items"},
	/* to nowhere */
	{"#/properties/t/items/2", "#/properties/t/items/2"},
	{"#/properties/v/items/0", "#/properties/v/items/0"},
	{"#items/0", "#items/0"},
	{"https://example.com/#/properties/t/items/0",
		"https://example.com/#/properties/t/items/0"},
};

TEST(followed)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *schema = json_of(REFERS("#"));
		cJSON *anyof = cJSON_GetObjectItem(
			cJSON_GetObjectItem(cJSON_GetObjectItem(schema, "properties"), "u"),
			"anyOf");
		cJSON *ref = cJSON_GetObjectItem(anyof->child, "$ref");

		cJSON_SetValuestring(ref, rows[i].given);
		tool_refs_follow(schema);
		assert_string_equal(ref->valuestring, rows[i].made);
	}
}
