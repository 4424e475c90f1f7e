#include "schema/equal.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

struct item {
	cJSON *v;
	size_t index;
};

static int compare(const cJSON *a, const cJSON *b);

static int compare_lists(const cJSON *a, const cJSON *b)
{
	int order = 0;

	for (a = a->child, b = b->child; a != NULL && b != NULL && order == 0;
		a = a->next, b = b->next)
		order = compare(a, b);
	return order != 0 ? order : (a != NULL) - (b != NULL);
}

struct member {
	const cJSON *v;
};

static int by_name(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return strcmp(x->v->string, y->v->string);
}

static struct member *sort_members(const cJSON *object, size_t n)
{
	struct member *list = mem_alloc((n + 1) * sizeof(*list));
	const cJSON *v;
	size_t i = 0;

	cJSON_ArrayForEach(v, object)
	{
		list[i++].v = v;
	}
	qsort(list, n, sizeof(*list), by_name);
	return list;
}

static int compare_objects(const cJSON *a, const cJSON *b)
{
	size_t n = (size_t)cJSON_GetArraySize(a), m = (size_t)cJSON_GetArraySize(b);
	CLEANUP_FREE struct member *as = NULL;
	CLEANUP_FREE struct member *bs = NULL;
	int order = (n > m) - (n < m);

	if (order != 0)
		return order;
	as = sort_members(a, n);
	bs = sort_members(b, n);
	for (size_t i = 0; i < n && order == 0; i++) {
		order = strcmp(as[i].v->string, bs[i].v->string);
		if (order == 0)
			order = compare(as[i].v, bs[i].v);
	}
	return order;
}

/* Any order will do for sorting; it gives 0 for two values that JSON Schema calls equal. */
static int compare(const cJSON *a, const cJSON *b)
{
	int x = a->type & 0xff, y = b->type & 0xff;

	if (x != y)
		return x < y ? -1 : 1;
	if (x == cJSON_Number)
		return (a->valuedouble > b->valuedouble) - (a->valuedouble < b->valuedouble);
	if (x == cJSON_String)
		return strcmp(a->valuestring, b->valuestring);
	if (x == cJSON_Array)
		return compare_lists(a, b);
	return x == cJSON_Object ? compare_objects(a, b) : 0;
}

static int by_value(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = compare(x->v, y->v);

	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

void schema_merge_equal(cJSON *list)
{
	size_t n = (size_t)cJSON_GetArraySize(list), i = 0, kept = 0;
	CLEANUP_FREE struct item *items = mem_alloc((n + 1) * sizeof(*items));
	cJSON *v;

	cJSON_ArrayForEach(v, list)
	{
		items[i] = (struct item){v, i};
		i++;
	}
	qsort(items, n, sizeof(*items), by_value);
	for (i = 1; i < n; i++) {
		if (compare(items[kept].v, items[i].v) == 0)
			cJSON_Delete(cJSON_DetachItemViaPointer(list, items[i].v));
		else
			kept = i;
	}
}
