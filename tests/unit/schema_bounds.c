/* The bounds of numbers in a schema. */
#include "schema/bounds.h"

#include "support/check.h"

TEST(bounds)
{
	static const struct {
		const char *schema, *becomes;
	} rows[] = {
		{"{'minimum':1,'exclusiveMinimum':true}", "{'exclusiveMinimum':1}"},
		{"{'maximum':1.5,'exclusiveMaximum':true}", "{'exclusiveMaximum':1.5}"},
		{"{'minimum':1,'exclusiveMinimum':false}", "{'minimum':1}"},
		{"{'exclusiveMaximum':true}", "{}"},
		{"{'minimum':'1','exclusiveMinimum':true}", "{'minimum':'1'}"},
		{"{'minimum':1,'exclusiveMinimum':true,'maximum':9,'exclusiveMaximum':false}",
			"{'exclusiveMinimum':1,'maximum':9}"},
		{"{'minimum':1,'exclusiveMinimum':0}", "{'minimum':1,'exclusiveMinimum':0}"},
		/* only the schema itself */
		{"{'items':{'exclusiveMinimum':true}}", "{'items':{'exclusiveMinimum':true}}"},
		{"true", "true"},
		{"[true]", "[true]"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *schema = json_of(rows[i].schema);
		CLEANUP_JSON cJSON *becomes = json_of(rows[i].becomes);

		schema_number_bounds(schema);
		check_json(rows[i].schema, schema, becomes);
	}
}
