#include "schema/bounds.h"

#include "base/json.h"
#include "base/mem.h"

static void settle(cJSON *schema, const char *limit, const char *exclusive)
{
	const cJSON *says = json_get(schema, exclusive), *number = json_get(schema, limit);

	if (!cJSON_IsBool(says))
		return;
	if (cJSON_IsTrue(says) && cJSON_IsNumber(number))
		cJSON_ReplaceItemInObjectCaseSensitive(
			schema, exclusive, cJSON_DetachItemFromObjectCaseSensitive(schema, limit));
	else
		cJSON_DeleteItemFromObjectCaseSensitive(schema, exclusive);
}

void schema_number_bounds(cJSON *schema)
{
	static const char *const bounds[][2] = {
		{"minimum", "exclusiveMinimum"},
		{"maximum", "exclusiveMaximum"},
	};

	for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
		settle(schema, bounds[i][0], bounds[i][1]);
}
