#include "schema/schema.h"

#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "schema/work.h"

struct inside {
	struct schema_work *w;
	const struct schema_place *at;
	int result;
};

static int reduce(struct schema_work *w, cJSON *schema, const struct schema_place *at);

static void reduce_inside(void *arg, const struct subschema *sub)
{
	struct inside *in = arg;
	const struct schema_place keyword = {in->at, sub->keyword, 0};
	const struct schema_place item = {&keyword, sub->name, sub->index};
	bool alone = sub->name == NULL && sub->index < 0;

	if (in->result == 0)
		in->result = reduce(in->w, sub->schema, alone ? &keyword : &item);
}

static int settle(struct schema_work *w, cJSON *schema, const struct schema_place *at)
{
	struct inside in = {w, at, 0};

	schema_settle_dialect(w, schema, at);
	if (schema_settle_values(w, schema, at) < 0)
		return -1;
	keyword_each(schema, reduce_inside, &in);
	return in.result;
}

static int reduce(struct schema_work *w, cJSON *schema, const struct schema_place *at)
{
	if (!cJSON_IsObject(schema))
		return 0;
	if (settle(w, schema, at) < 0)
		return -1;
	schema_reshape(w, schema);
	return 0;
}

/* Tuples that the client put where ours go are settled but not reshaped: they have the form. */
static int settle_tuples(struct schema_work *w, const struct schema_place *at)
{
	const struct schema_place place = {at, "examples", 0};

	for (size_t i = 0; i < w->refs.n_tuples; i++)
		if (settle(w, w->refs.tuples[i], &place) < 0)
			return -1;
	return 0;
}

static bool is_object_type(const cJSON *type)
{
	return cJSON_IsString(type) && strcmp(type->valuestring, "object") == 0;
}

static bool any_is(const cJSON *list, bool (*is)(const cJSON *v))
{
	const cJSON *item;

	cJSON_ArrayForEach(item, list)
	{
		if (is(item))
			return true;
	}
	return false;
}

static bool is_object(const cJSON *v)
{
	return cJSON_IsObject(v);
}

/* Whether the schema may admit an object. References are not followed. */
static bool admits_object(const cJSON *schema)
{
	static const char *const choices[] = {"anyOf", "oneOf"};
	const cJSON *type = json_get(schema, "type"), *values = json_get(schema, "enum");
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(schema, "const");

	if (type != NULL && !is_object_type(type) && !any_is(type, is_object_type))
		return false;
	if ((values != NULL && !any_is(values, is_object)) ||
		(value != NULL && !cJSON_IsObject(value)))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(choices); i++) {
		const cJSON *list = json_get(schema, choices[i]);

		if (list != NULL && !any_is(list, admits_object))
			return false;
	}
	return true;
}

static void define_tuples(struct schema_work *w)
{
	cJSON *holder;

	if (w->tuples == NULL)
		return;
	holder = cJSON_CreateObject();
	cJSON_AddItemToObject(holder, "examples", mem_steal(&w->tuples));
	schema_define(w->root, holder, "tuples");
}

static int run(struct schema_work *w, const struct schema_place *at)
{
	if (schema_refs_bind(&w->refs, w->root, at, w->err) < 0 ||
		schema_refs_check_loops(&w->refs, w->root, at, w->err) < 0 ||
		reduce(w, w->root, at) < 0 || settle_tuples(w, at) < 0)
		return -1;
	if (!admits_object(w->root))
		return schema_place_refuse(at,
			"one of an object: put the list or value into a property of one", w->err);
	schema_reshape_root(w);
	define_tuples(w);
	return schema_refs_name(&w->refs, w->root, at, w->err);
}

int schema_reduce(cJSON *schema, const char *at, struct ignored *ignored, struct err *err)
{
	const struct schema_place place = {NULL, at, 0};
	struct schema_work w = {
		.root = schema,
		.dropped = cJSON_CreateArray(),
		.ignored = ignored,
		.err = err,
	};
	int result = run(&w, &place);

	schema_refs_finish(&w.refs);
	cJSON_Delete(w.dropped);
	cJSON_Delete(w.tuples);
	return result;
}
