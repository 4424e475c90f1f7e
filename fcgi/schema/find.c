#include "schema/find.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/percent.h"

struct schema_id {
	const char *text; /* the name, which does not end with a NUL but after len bytes */
	size_t len;
	bool anchor;
	cJSON *schema, *base;
};

void *schema_make_room(void *list, size_t n, size_t size)
{
	bool full = (n & (n - 1)) == 0;

	return full ? mem_grow(list, (n > 0 ? 2 * n : 1) * size) : list;
}

static void remember(
	struct schema_ids *ids, const char *text, bool anchor, cJSON *schema, cJSON *base)
{
	struct schema_id id = {text, strcspn(text, "#"), anchor, schema, base};

	if (id.len == 0)
		return;
	ids->list = schema_make_room(ids->list, ids->n, sizeof(*ids->list));
	ids->list[ids->n++] = id;
}

cJSON *schema_ids_add(struct schema_ids *ids, cJSON *schema, cJSON *base)
{
	static const char *const names[] = {"$id", "id"};
	static const char *const anchors[] = {"$anchor", "$dynamicAnchor"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *text = json_get_string(schema, names[i]);

		if (text == NULL || text[0] == '\0')
			continue;
		if (text[0] == '#') {
			remember(ids, text + 1, true, schema, base);
		} else {
			base = schema;
			remember(ids, text, false, schema, base);
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(anchors); i++) {
		const char *text = json_get_string(schema, anchors[i]);

		if (text != NULL)
			remember(ids, text, true, schema, base);
	}
	return base;
}

void schema_ids_finish(struct schema_ids *ids)
{
	free(ids->list);
	*ids = (struct schema_ids){0};
}

/* Whether the $id ends with a slash and the text: https://host/schemas/x with /schemas/x or x. */
static bool id_is(const struct schema_id *id, const char *text, size_t len)
{
	while (len > 0 && (text[0] == '/' || text[0] == '.')) {
		text++;
		len--;
	}
	if (len == 0 || len > id->len || memcmp(id->text + id->len - len, text, len) != 0)
		return false;
	return len == id->len || id->text[id->len - len - 1] == '/';
}

static cJSON *find_id(struct schema_ids *ids, const char *text, size_t len)
{
	cJSON *found = NULL;

	ids->work += ids->n;
	for (size_t i = 0; i < ids->n; i++) {
		const struct schema_id *id = &ids->list[i];

		if (id->anchor)
			continue;
		if (id->len == len && memcmp(id->text, text, len) == 0)
			return id->schema;
		if (found == NULL && id_is(id, text, len))
			found = id->schema;
	}
	return found;
}

static cJSON *find_anchor(struct schema_ids *ids, const char *name, const cJSON *base)
{
	size_t len = strlen(name);
	cJSON *found = NULL;

	ids->work += ids->n;
	for (size_t i = 0; i < ids->n; i++) {
		const struct schema_id *id = &ids->list[i];

		if (!id->anchor || len != id->len || memcmp(id->text, name, len) != 0)
			continue;
		if (id->base == base)
			return id->schema;
		if (found == NULL)
			found = id->schema;
	}
	return found;
}

/* Decodes the text in place. %00 stays as it is, because a NUL would end the text. */
static void percent_decode(char *text)
{
	const char *s = text;

	while (*s != '\0') {
		const char *from = s;
		char c = percent_take(&s);

		if (c == '\0') {
			c = *from;
			s = from + 1;
		}
		*text++ = c;
	}
	*text = '\0';
}

static void pointer_decode(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		char c = *s;

		if (c == '~' && (s[1] == '0' || s[1] == '1')) {
			s++;
			if (*s == '1')
				c = '/';
		}
		*to++ = c;
	}
	*to = '\0';
}

static cJSON *find_member(struct schema_ids *ids, cJSON *holder, const char *name)
{
	cJSON *v;
	char *end;
	long index = strtol(name, &end, 10), at = 0;

	if (!cJSON_IsArray(holder) && !cJSON_IsObject(holder))
		return NULL;
	cJSON_ArrayForEach(v, holder)
	{
		ids->work++;
		if (cJSON_IsArray(holder) ? *end == '\0' && at++ == index
					  : strcmp(v->string, name) == 0)
			return v;
	}
	return NULL;
}

static bool is_data(const char *keyword)
{
	return strcmp(keyword, "enum") == 0 || strcmp(keyword, "const") == 0 ||
	       strcmp(keyword, "default") == 0 || strcmp(keyword, "examples") == 0;
}

static bool is_list_of_examples(const cJSON *v)
{
	return cJSON_IsArray(v) && v->string != NULL && strcmp(v->string, "examples") == 0;
}

static void step(struct schema_found *found, struct schema_ids *ids, const char *name)
{
	cJSON *from = found->target;
	bool is_schema = cJSON_IsObject(from) && from->valueint > 1;

	found->example = found->data && is_list_of_examples(from);
	found->data = found->data || (is_schema && is_data(name));
	found->parent = from;
	found->target = find_member(ids, from, name);
	free(found->name);
	found->name = mem_strdup(name);
}

static void follow(
	struct schema_found *found, struct schema_ids *ids, cJSON *from, const char *pointer)
{
	CLEANUP_FREE char *copy = mem_strdup(pointer);
	char *rest = copy + 1, *name;

	found->data = false;
	found->target = from;
	while (found->target != NULL && (name = strsep(&rest, "/")) != NULL) {
		pointer_decode(name);
		step(found, ids, name);
	}
}

static void find_fragment(
	struct schema_found *found, struct schema_ids *ids, cJSON *root, const char *fragment)
{
	CLEANUP_FREE char *decoded = mem_strdup(fragment);

	percent_decode(decoded);
	if (fragment[0] == '\0') {
		found->target = found->base;
	} else if (fragment[0] != '/') {
		found->target = find_anchor(ids, decoded, found->base);
	} else {
		follow(found, ids, found->base, decoded);
		if (found->target == NULL)
			follow(found, ids, found->base, fragment);
		if (found->target == NULL)
			follow(found, ids, root, decoded);
	}
}

void schema_find(struct schema_found *found, struct schema_ids *ids, cJSON *root, cJSON *base,
	const char *text)
{
	size_t n = strcspn(text, "#");

	*found = (struct schema_found){.base = n == 0 ? base : find_id(ids, text, n)};
	if (found->base != NULL)
		find_fragment(found, ids, root, text[n] == '#' ? text + n + 1 : "");
}

void schema_found_finish(struct schema_found *found)
{
	free(found->name);
	found->name = NULL;
}
