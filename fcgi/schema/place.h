/*
 * The place in a request's body of a part of a schema, as the client wrote it.
 */
#ifndef SCHEMA_PLACE_H
#define SCHEMA_PLACE_H

#include "base/err.h"
#include "turn/ignored.h"

/* One step on the way from the parameter to the place. Whoever walks keeps each on the stack. */
struct schema_place {
	const struct schema_place *up; /* the step before; NULL: `name` is the parameter's */
	const char *name;              /* a key; NULL: the step is to an item of a list */
	int index;                     /* of that item */
};

/* Adds the member of `at` to `ignored`: response_format.json_schema.schema.items.pattern. */
void schema_place_ignore(
	const struct schema_place *at, const char *member, struct ignored *ignored);

/*
 * Returns -1 with an ERR_INVALID that has `at` as its parameter and says that it must be `must`. A
 * place whose name is too long loses some of its middle.
 */
int schema_place_refuse(const struct schema_place *at, const char *must, struct err *err);

#endif
