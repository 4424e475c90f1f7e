/*
 * The keywords of a JSON schema that hold other schemas, in drafts 4 to 2020-12 and OpenAPI 3.0.
 */
#ifndef BASE_KEYWORD_H
#define BASE_KEYWORD_H

#include <stdbool.h>

struct cJSON;

/* What a keyword holds. */
enum keyword_value {
	KEYWORD_DATA,    /* no schema; also for a name that is no keyword */
	KEYWORD_SCHEMA,  /* one schema */
	KEYWORD_LIST,    /* an array of schemas */
	KEYWORD_EITHER,  /* one schema or an array of schemas: `items` */
	KEYWORD_MAP,     /* an object of schemas, under the client's own names: `properties` */
	KEYWORD_DEPENDS, /* an object of schemas and of arrays of names: `dependencies` */
};

enum keyword_value keyword_value(const char *name);

/* Whether the keyword's schemas describe the same value as the schema it is in: `allOf` does so. */
bool keyword_is_of_same_value(const char *name);

/* Whether v can be a schema: an object, true or false. */
bool keyword_takes(const struct cJSON *v);

/* A schema that stands in another one. */
struct subschema {
	struct cJSON *schema; /* an object or a boolean */
	const char *keyword;
	const char *name; /* its key in a map; NULL where there is no map */
	int index;        /* its place in an array; -1 where there is no array */
};

/*
 * Calls visit(arg, sub) for each schema that stands directly in `schema`, in their order. A value
 * that is not of the type its keyword wants is passed over. `visit` may change what sub->schema
 * points to, but not detach it.
 */
void keyword_each(
	struct cJSON *schema, void (*visit)(void *arg, const struct subschema *sub), void *arg);

#endif
