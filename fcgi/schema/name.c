/* Writes where the targets of references stand, and refuses references that never end. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "schema/refs.h"

#define TEXT_MAX  ((size_t)8 << 20)
#define DEPTH_MAX 500

/* A search for the schema whose `$ref` is `node`, because an error names its place. */
struct seek {
	const cJSON *node;
	const char *must;
	struct err *err;
	const struct schema_place *at;
	bool found;
};

static void seek(struct seek *k, cJSON *schema);

static void seek_inside(void *arg, const struct subschema *sub)
{
	struct seek *k = arg;
	const struct schema_place *up = k->at;
	const struct schema_place keyword = {up, sub->keyword, 0};
	const struct schema_place item = {&keyword, sub->name, sub->index};

	k->at = sub->name == NULL && sub->index < 0 ? &keyword : &item;
	seek(k, sub->schema);
	k->at = up;
}

static void seek(struct seek *k, cJSON *schema)
{
	const struct schema_place place = {k->at, "$ref", 0};

	if (k->found)
		return;
	k->found = cJSON_GetObjectItemCaseSensitive(schema, "$ref") == k->node;
	if (k->found)
		schema_place_refuse(&place, k->must, k->err);
	else
		keyword_each(schema, seek_inside, k);
}

int schema_refs_refuse(const cJSON *node, cJSON *root, const struct schema_place *at,
	const char *must, struct err *err)
{
	struct seek k = {node, must, err, at, false};

	seek(&k, root);
	return k.found ? -1 : schema_place_refuse(&(struct schema_place){at, "$ref", 0}, must, err);
}

struct names {
	struct schema_refs *refs;
	struct buf path;
	char **list; /* the place of each target, NULL until it is found */
	size_t total;
};

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._$", c) != NULL);
}

static void add_step(struct buf *path, const char *name)
{
	buf_puts(path, "/");
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (c == '~' || c == '/')
			buf_puts(path, c == '~' ? "~0" : "~1");
		else if (is_plain(c))
			buf_add(path, name, 1);
		else
			buf_printf(path, "%%%02X", c);
	}
}

static void name(struct names *n, cJSON *schema);

static void name_inside(void *arg, const struct subschema *sub)
{
	struct names *n = arg;
	size_t len = n->path.len;

	add_step(&n->path, sub->keyword);
	if (sub->name != NULL)
		add_step(&n->path, sub->name);
	if (sub->index >= 0)
		buf_printf(&n->path, "/%d", sub->index);
	name(n, sub->schema);
	buf_cut(&n->path, len);
}

static void name_tuples(struct names *n, cJSON *schema)
{
	cJSON *v;
	int i = 0;

	cJSON_ArrayForEach(v, cJSON_GetObjectItemCaseSensitive(schema, "examples"))
	{
		if (cJSON_IsObject(v) && v->valueint >= SCHEMA_TARGET)
			name_inside(n, &(struct subschema){v, "examples", NULL, i});
		i++;
	}
}

static void name(struct names *n, cJSON *schema)
{
	int index = schema->valueint - SCHEMA_TARGET;

	if (index >= 0 && n->list[index] == NULL && n->total < TEXT_MAX) {
		n->list[index] = mem_strdup(buf_str(&n->path));
		n->total += n->path.len;
	}
	if (!cJSON_IsObject(schema))
		return;
	keyword_each(schema, name_inside, n);
	name_tuples(n, schema);
}

static int write_names(struct names *n, cJSON *root, const struct schema_place *at, struct err *err)
{
	struct schema_refs *refs = n->refs;

	for (size_t i = 0; i < refs->n; i++) {
		const cJSON *target = refs->list[i].target;
		const char *text;

		if (target == NULL)
			continue;
		text = n->list[target->valueint - SCHEMA_TARGET];
		n->total += text != NULL ? strlen(text) : 0;
		if (n->total > TEXT_MAX)
			return schema_refs_refuse(refs->list[i].node, root, at,
				"shorter: the references are too long together", err);
		if (text == NULL)
			return schema_refs_refuse(refs->list[i].node, root, at,
				"a reference to a schema that has an effect", err);
		cJSON_SetValuestring(refs->list[i].node, text);
	}
	return 0;
}

int schema_refs_name(
	struct schema_refs *refs, cJSON *root, const struct schema_place *at, struct err *err)
{
	struct names n = {.refs = refs, .path = BUF_INIT(TEXT_MAX)};
	int result;

	n.list = mem_alloc((refs->n_targets + 1) * sizeof(*n.list));
	buf_puts(&n.path, "#");
	name(&n, root);
	result = write_names(&n, root, at, err);
	for (size_t i = 0; i < refs->n_targets; i++)
		free(n.list[i]);
	free(n.list);
	buf_finish(&n.path);
	return result;
}

/* A walk along references, and along schemas that describe the same value. */
struct walk {
	struct schema_refs *refs;
	unsigned char *states; /* one of the three below for each target */
	unsigned depth;
	const cJSON *loop; /* a `$ref` that leads back to itself, NULL: none was met */
};

enum { NEW, UNDER_WAY, DONE };

static void walk(struct walk *w, cJSON *schema);

static void walk_inside(void *arg, const struct subschema *sub)
{
	if (keyword_is_of_same_value(sub->keyword))
		walk(arg, sub->schema);
}

static void walk_ref(struct walk *w, const cJSON *ref)
{
	cJSON *target = w->refs->list[ref->valueint - 1].target;
	unsigned char *state;

	if (target == NULL)
		return;
	state = &w->states[target->valueint - SCHEMA_TARGET];
	if (*state == UNDER_WAY || w->depth >= DEPTH_MAX)
		w->loop = ref;
	if (*state != NEW || w->loop != NULL)
		return;
	*state = UNDER_WAY;
	walk(w, target);
	*state = DONE;
}

static void walk(struct walk *w, cJSON *schema)
{
	const cJSON *ref = cJSON_GetObjectItemCaseSensitive(schema, "$ref");

	w->depth++;
	if (w->loop == NULL && cJSON_IsString(ref) && ref->valueint > 0)
		walk_ref(w, ref);
	if (w->loop == NULL)
		keyword_each(schema, walk_inside, w);
	w->depth--;
}

int schema_refs_check_loops(
	struct schema_refs *refs, cJSON *root, const struct schema_place *at, struct err *err)
{
	CLEANUP_FREE unsigned char *states = mem_alloc(refs->n_targets + 1);
	struct walk w = {refs, states, 0, NULL};

	for (size_t i = 0; i < refs->n && w.loop == NULL; i++)
		walk_ref(&w, refs->list[i].node);
	if (w.loop == NULL)
		return 0;
	return schema_refs_refuse(
		w.loop, root, at, "a reference that does not lead back to itself", err);
}
