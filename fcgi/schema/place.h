/*
 * Where in a body a part of a schema stands, as the client wrote it.
 */
#ifndef SCHEMA_PLACE_H
#define SCHEMA_PLACE_H

#include "base/err.h"
#include "turn/ignored.h"

/* One step of the way from the parameter on. It lies on the stack of who walks. */
struct schema_place {
	const struct schema_place *up; /* NULL: `name` is that of the parameter */
	const char *name;              /* NULL: an index in a list */
	int index;
};

/* Notes the member of `at` as ignored: response_format.json_schema.schema.items.pattern. */
void schema_place_ignore(
	const struct schema_place *at, const char *member, struct ignored *ignored);

/*
 * -1, an ERR_INVALID that says of `at` what must be, and names it as the parameter. The name
 * loses some of its middle where it is too long.
 */
int schema_place_refuse(const struct schema_place *at, const char *must, struct err *err);

#endif
