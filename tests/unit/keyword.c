/* Which schemas stand in a schema. */
#include "base/keyword.h"

#include "base/json.h"
#include "base/mem.h"
#include "support/check.h"

static void note(void *arg, const struct subschema *sub)
{
	buf_printf(arg, "%s%s", ((struct buf *)arg)->len > 0 ? " " : "", sub->keyword);
	if (sub->name != NULL)
		buf_printf(arg, ".%s", sub->name);
	if (sub->index >= 0)
		buf_printf(arg, "[%d]", sub->index);
}

TEST(each)
{
	static const struct {
		const char *schema;
		const char *found;
	} schemas[] = {
		{"true", ""},
		{"{}", ""},
		{"{\"properties\":{\"items\":{},\"b\":true},\"not\":{}}",
			"properties.items properties.b not"},
		{"{\"items\":{}}", "items"},
		{"{\"items\":[{},false]}", "items[0] items[1]"},
		{"{\"anyOf\":[{},{}],\"prefixItems\":[{}]}", "anyOf[0] anyOf[1] prefixItems[0]"},
		{"{\"dependencies\":{\"a\":[\"b\"],\"c\":{}}}", "dependencies.c"},
		{"{\"$defs\":{\"x\":{}},\"definitions\":{\"y\":{}}}", "$defs.x definitions.y"},
		/* data, whatever it looks like */
		{"{\"enum\":[{\"items\":{}}],\"const\":{\"not\":{}},\"default\":{\"not\":{}},"
		 "\"required\":[\"not\"],\"examples\":[{\"not\":{}}],\"x-schema\":{}}",
			""},
		/* of another type than the keyword's */
		{"{\"items\":\"x\",\"properties\":[{}],\"anyOf\":{},\"not\":[{}],"
		 "\"allOf\":[1,{}]}",
			"allOf[1]"},
	};

	for (size_t i = 0; i < ARRAY_LEN(schemas); i++) {
		CLEANUP_JSON cJSON *schema = cJSON_Parse(schemas[i].schema);
		CLEANUP_BUF struct buf found = BUF_INIT(256);

		assert_non_null(schema);
		keyword_each(schema, note, &found);
		assert_string_equal(buf_str(&found), schemas[i].found);
	}
}
