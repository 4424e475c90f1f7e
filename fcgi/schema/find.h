/*
 * Finds the place in a JSON schema that the text of a reference leads to.
 */
#ifndef SCHEMA_FIND_H
#define SCHEMA_FIND_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;

/* The names that schemas of a document give themselves: $id, id, $anchor, $dynamicAnchor. */
struct schema_ids {
	struct schema_id *list;
	size_t n;
	size_t work; /* how many names and members were looked at */
};

/*
 * Makes room for one more item of `size` bytes in a list of n, which may be NULL with n 0, and
 * returns the list, which may have moved. The list must have been grown by this function alone,
 * as it takes the room to be the next power of two.
 */
void *schema_make_room(void *list, size_t n, size_t size);

/* The most `work` (struct schema_ids) that may be done for a document. */
#define SCHEMA_FIND_WORK_MAX ((size_t)3000000)

/*
 * Adds the names that `schema` gives itself; their text stays the document's. Returns the schema
 * that # means within `schema`: `schema` itself if it has an $id, otherwise `base`.
 */
struct cJSON *schema_ids_add(struct schema_ids *ids, struct cJSON *schema, struct cJSON *base);
void schema_ids_finish(struct schema_ids *ids);

/* Where a reference leads to. */
struct schema_found {
	struct cJSON *target; /* a value of any type, or NULL */
	struct cJSON *base;   /* the schema that # means there */
	struct cJSON *parent; /* what has the target as a member or item, if a pointer led there */
	char *name;           /* owned: the target's key or index in the parent, or NULL */
	bool data;            /* the target is or is in data of the client's: `enum`, `default` */
	bool example;         /* the target is an item of `examples` */
};

/*
 * Fills *found by following `text`, the text of a reference, from a place in `root` where # means
 * the schema `base`. What stands before its # is an $id, or the end of one behind a slash if no
 * schema has it as a whole. The caller finishes *found.
 */
void schema_find(struct schema_found *found, struct schema_ids *ids, struct cJSON *root,
	struct cJSON *base, const char *text);
void schema_found_finish(struct schema_found *found);

#endif
