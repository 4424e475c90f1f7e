/*
 * What a reference in a JSON schema means: its text is followed through the document.
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
 * Room for one item more in a list of n, which has room for the next power of two: returns where
 * the list is now. It has been grown by this function alone.
 */
void *schema_make_room(void *list, size_t n, size_t size);

/* A document that needs more is not worth the time. */
#define SCHEMA_FIND_WORK_MAX ((size_t)3000000)

/*
 * Remembers the names of `schema`. Returns what # means in it: itself if it has an $id, otherwise
 * `base`. The names stay the document's.
 */
struct cJSON *schema_ids_add(struct schema_ids *ids, struct cJSON *schema, struct cJSON *base);
void schema_ids_finish(struct schema_ids *ids);

/* Where a reference led to. */
struct schema_found {
	struct cJSON *target; /* of any type, NULL: nothing */
	struct cJSON *base;   /* what # means there */
	struct cJSON *parent; /* what a pointer found it in */
	char *name;           /* owned: what a pointer found it as */
	bool data;            /* it stands in a value of the client's: `enum`, `default` */
	bool example;         /* and that is one of a list of examples */
};

/*
 * Follows the text of a reference from a place where # means `base`, a schema in `root`. A name
 * that is no whole address is taken for the end of one.
 */
void schema_find(struct schema_found *found, struct schema_ids *ids, struct cJSON *root,
	struct cJSON *base, const char *text);
void schema_found_finish(struct schema_found *found);

#endif
