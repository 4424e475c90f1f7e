/*
 * Where a JSON schema has schemas in it: the keywords of drafts 4 to 2020-12, and of OpenAPI 3.0.
 */
#ifndef BASE_KEYWORD_H
#define BASE_KEYWORD_H

#include <stdbool.h>

struct cJSON;

enum keyword_value {
	KEYWORD_DATA,    /* none, or no keyword */
	KEYWORD_SCHEMA,  /* one, which may be true or false */
	KEYWORD_LIST,    /* an array of them */
	KEYWORD_EITHER,  /* one or an array of them: `items` */
	KEYWORD_MAP,     /* an object of them, under names of the client's: `properties` */
	KEYWORD_DEPENDS, /* the same, where an array of names may stand for one: `dependencies` */
};

enum keyword_value keyword_value(const char *name);

/* Whether the schemas of the keyword are about the very value that the one around them is about. */
bool keyword_is_of_same_value(const char *name);

/* Whether the value can be a schema: an object, true or false. */
bool keyword_takes(const struct cJSON *v);

/* A schema that stands in another one. */
struct subschema {
	struct cJSON *schema; /* an object or a boolean */
	const char *keyword;
	const char *name; /* of a map, NULL otherwise */
	int index;        /* in an array, -1 otherwise */
};

/*
 * Calls visit(arg, sub) for each schema that stands directly in `schema`, in their order. What
 * has not the type that its keyword wants is passed over. `visit` may change sub->schema, but
 * not detach it.
 */
void keyword_each(
	struct cJSON *schema, void (*visit)(void *arg, const struct subschema *sub), void *arg);

#endif
