#include "schema/refs.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"

#define STRAYS_MAX  1000
#define META_SCHEMA "http://json-schema.org/draft-07/schema"

/* A schema that a reference means and that stands in a place where none belongs. */
struct schema_stray {
	cJSON *schema, *parent;
	char *name;
};

struct bind {
	struct schema_refs *refs;
	cJSON *root;
	const struct schema_place *at;
	struct err *err;
	int result;
};

/* The schemas in one schema, as collect_inside visits them; # means `base` there. */
struct inside {
	struct bind *b;
	cJSON *base;
};

void schema_demand(cJSON *schema, cJSON *also)
{
	cJSON *list = cJSON_GetObjectItemCaseSensitive(schema, "allOf");

	if (!cJSON_IsArray(list))
		list = cJSON_AddArrayToObject(schema, "allOf");
	cJSON_AddItemToArray(list, also);
}

void schema_define(cJSON *root, cJSON *schema, const char *name)
{
	cJSON *defs = cJSON_GetObjectItemCaseSensitive(root, "$defs");
	CLEANUP_FREE char *unused = mem_alloc(strlen(name) + 24);

	if (!cJSON_IsObject(defs)) {
		cJSON_DeleteItemFromObjectCaseSensitive(root, "$defs");
		defs = cJSON_AddObjectToObject(root, "$defs");
	}
	sprintf(unused, "%s", name);
	for (int n = cJSON_GetArraySize(defs);
		cJSON_GetObjectItemCaseSensitive(defs, unused) != NULL; n++)
		sprintf(unused, "%s_%d", name, n);
	cJSON_AddItemToObject(defs, unused, schema);
}

static void refuse(struct bind *b, const cJSON *node, const char *must)
{
	b->result = schema_refs_refuse(node, b->root, b->at, must, b->err);
}

static void add_ref(struct schema_refs *refs, cJSON *node, cJSON *base)
{
	refs->list = schema_make_room(refs->list, refs->n, sizeof(*refs->list));
	refs->list[refs->n++] = (struct schema_ref){.node = node, .base = base};
	node->valueint = (int)refs->n;
}

/* Makes the keyword called `name` a `$ref`, in allOf if the schema has a `$ref` already. */
static void rename_ref(cJSON *schema, const char *name)
{
	cJSON *node = cJSON_DetachItemFromObjectCaseSensitive(schema, name);

	if (!cJSON_IsString(node)) {
		cJSON_Delete(node);
		return;
	}
	if (cJSON_GetObjectItemCaseSensitive(schema, "$ref") != NULL) {
		cJSON *also = cJSON_CreateObject();

		schema_demand(schema, also);
		schema = also;
	}
	cJSON_AddItemToObject(schema, "$ref", node);
}

static void collect_ref(struct bind *b, cJSON *schema, cJSON *base)
{
	cJSON *node;

	rename_ref(schema, "$dynamicRef");
	rename_ref(schema, "$recursiveRef");
	node = cJSON_GetObjectItemCaseSensitive(schema, "$ref");
	if (cJSON_IsString(node))
		add_ref(b->refs, node, base);
	else if (cJSON_IsNull(node))
		cJSON_DeleteItemFromObjectCaseSensitive(schema, "$ref");
	else if (node != NULL)
		refuse(b, node, "a string");
}

static void collect(struct bind *b, cJSON *schema, cJSON *base);

static void collect_inside(void *arg, const struct subschema *sub)
{
	const struct inside *in = arg;

	if (in->b->result < 0)
		return;
	if (sub->schema->valueint == SCHEMA_STRAY)
		sub->schema->valueint = SCHEMA_SEEN;
	else if (sub->schema->valueint < SCHEMA_SEEN)
		collect(in->b, sub->schema, in->base);
}

static void collect(struct bind *b, cJSON *schema, cJSON *base)
{
	struct inside in = {b, base};

	schema->valueint = SCHEMA_SEEN;
	if (!cJSON_IsObject(schema))
		return;
	in.base = schema_ids_add(&b->refs->ids, schema, base);
	collect_ref(b, schema, in.base);
	keyword_each(schema, collect_inside, &in);
}

static int add_stray(struct schema_refs *refs, struct schema_found *found)
{
	struct schema_stray stray = {found->target, found->parent, mem_steal(&found->name)};

	refs->strays = schema_make_room(refs->strays, refs->n_strays, sizeof(*refs->strays));
	refs->strays[refs->n_strays++] = stray;
	return refs->n_strays > STRAYS_MAX ? -1 : 0;
}

static cJSON **append(cJSON **list, size_t *n, cJSON *v)
{
	list = schema_make_room(list, *n, sizeof(cJSON *));
	list[(*n)++] = v;
	return list;
}

/* Whether v has the form that schema_reshape gives to tuples. */
static bool is_tuple(const cJSON *v)
{
	const cJSON *member;

	cJSON_ArrayForEach(member, v)
	{
		if (strcmp(member->string, "additionalItems") != 0 &&
			!(strcmp(member->string, "items") == 0 && cJSON_IsArray(member)))
			return false;
	}
	return cJSON_IsArray(json_get(v, "items"));
}

/* Takes in a target that was not met where schemas stand. -1: it is no schema, or one too many. */
static int take_in(struct bind *b, struct schema_found *found)
{
	bool tuple = found->example && cJSON_IsObject(found->target) && is_tuple(found->target);
	struct schema_refs *refs = b->refs;

	if (found->data && !tuple)
		return -1;
	collect(b, found->target, found->base);
	if (!found->data) {
		found->target->valueint = SCHEMA_STRAY;
		return add_stray(refs, found);
	}
	refs->tuples = append(refs->tuples, &refs->n_tuples, found->target);
	return 0;
}

static bool is_meta_schema(const char *ref)
{
	size_t n = strlen(META_SCHEMA);

	return strncmp(ref, META_SCHEMA, n) == 0 && (ref[n] == '\0' || strcmp(ref + n, "#") == 0);
}

/* Finds the target of reference i. Its references are added to the list, which may move then. */
static void find(struct bind *b, size_t i)
{
	CLEANUP(schema_found_finish) struct schema_found found;
	const cJSON *node = b->refs->list[i].node;

	schema_find(&found, &b->refs->ids, b->root, b->refs->list[i].base, node->valuestring);
	if (found.base == NULL && is_meta_schema(node->valuestring))
		return;
	if (b->refs->ids.work > SCHEMA_FIND_WORK_MAX)
		refuse(b, node, "one of fewer references");
	else if ((!cJSON_IsObject(found.target) && !cJSON_IsBool(found.target)) ||
		 (found.target->valueint < SCHEMA_SEEN && take_in(b, &found) < 0))
		refuse(b, node, "a reference to a schema in this one");
	else
		b->refs->list[i].target = found.target;
}

static void hoist(struct schema_refs *refs, cJSON *root)
{
	for (size_t i = 0; i < refs->n_strays; i++) {
		struct schema_stray *stray = &refs->strays[i];

		if (stray->schema->valueint == SCHEMA_STRAY)
			schema_define(root,
				cJSON_DetachItemViaPointer(stray->parent, stray->schema),
				stray->name);
	}
}

static void add_target(struct schema_refs *refs, cJSON *target)
{
	if (target == NULL || target->valueint >= SCHEMA_TARGET)
		return;
	target->valueint = SCHEMA_TARGET + (int)refs->n_targets;
	refs->targets = append(refs->targets, &refs->n_targets, target);
}

int schema_refs_bind(
	struct schema_refs *refs, cJSON *root, const struct schema_place *at, struct err *err)
{
	struct bind b = {refs, root, at, err, 0};

	collect(&b, root, root);
	/* A target may have references, so the list may grow meanwhile. */
	for (size_t i = 0; i < refs->n && b.result == 0; i++)
		find(&b, i);
	if (b.result < 0)
		return -1;
	hoist(refs, root);
	for (size_t i = 0; i < refs->n_strays; i++)
		refs->strays[i].schema->valueint = SCHEMA_SEEN;
	for (size_t i = 0; i < refs->n; i++)
		add_target(refs, refs->list[i].target);
	return 0;
}

void schema_refs_add(struct schema_refs *refs, cJSON *schema, cJSON *target)
{
	add_ref(refs, cJSON_AddStringToObject(schema, "$ref", ""), NULL);
	refs->list[refs->n - 1].target = target;
	add_target(refs, target);
}

bool schema_refs_means(const struct schema_refs *refs, const cJSON *schema)
{
	for (size_t i = 0; i < refs->n; i++)
		if (refs->list[i].target == schema)
			return true;
	return false;
}

void schema_refs_move(struct schema_refs *refs, cJSON *from, cJSON *to)
{
	for (size_t i = 0; i < refs->n; i++)
		if (refs->list[i].target == from) {
			refs->list[i].target = to;
			add_target(refs, to);
		}
}

void schema_refs_finish(struct schema_refs *refs)
{
	for (size_t i = 0; i < refs->n_strays; i++)
		free(refs->strays[i].name);
	free(refs->list);
	free(refs->strays);
	free(refs->tuples);
	free(refs->targets);
	schema_ids_finish(&refs->ids);
	*refs = (struct schema_refs){0};
}
