/*
 * What the steps of schema/schema.h have in common: one schema that is being reduced.
 */
#ifndef SCHEMA_WORK_H
#define SCHEMA_WORK_H

#include <stdbool.h>

#include "base/err.h"
#include "schema/place.h"
#include "schema/refs.h"
#include "turn/ignored.h"

struct schema_work {
	struct cJSON *root;
	struct schema_refs refs;
	struct cJSON *dropped; /* an array of what was taken out, in which there are references */
	struct cJSON *tuples;  /* an array, or NULL */
	struct ignored *ignored;
	struct err *err;
};

/* Takes a member out of `schema`. It stays allocated until the work is done. */
void schema_drop(struct schema_work *w, struct cJSON *schema, struct cJSON *member);

/* The same for the one of that name, where there is one. */
void schema_drop_named(struct schema_work *w, struct cJSON *schema, const char *name);

/*
 * Says in the words of draft-07 what a schema's own keywords of other drafts say, and notes those
 * as ignored that have no such words and tell values apart.
 */
void schema_settle_dialect(
	struct schema_work *w, struct cJSON *schema, const struct schema_place *at);

/*
 * Makes the values of a schema's own keywords what the CLI takes, or takes them out: null,
 * annotations of a wrong type, and what draft-07 does not know. What is taken out and told values
 * apart is noted as ignored. `nullable`, `prefixItems`, `dependentRequired` and `dependentSchemas`
 * stay for schema_reshape. ERR_INVALID for a value that says nothing clear.
 */
int schema_settle_values(
	struct schema_work *w, struct cJSON *schema, const struct schema_place *at);

/*
 * Gives a schema, whose values are settled as those in it are, the form that the CLI takes: puts
 * keywords of later drafts into draft-07's, and takes those out that say nothing without others.
 *
 * A list of schemas for the items, by their positions, is a special case: the CLI's draft-07 knows
 * it as `items`, but the API checks by draft 2020-12, where `items` is no list, and the CLI does
 * not know its `prefixItems`. Both take any value in `examples`, and references to all places. So
 * it goes to w->tuples, which is to be the `examples` of a definition, and is referred to.
 */
void schema_reshape(struct schema_work *w, struct cJSON *schema);

/*
 * The same for the root, in which the API forbids anyOf, oneOf, allOf, and names of properties with
 * other characters than A-Z, a-z, 0-9, `_`, `.` and `-` or more than 64: all that tells values
 * apart moves into a definition then. The root becomes one of an object.
 */
void schema_reshape_root(struct schema_work *w);

/* Whether it is a keyword that describes or defines, and tells no values apart. */
bool schema_is_note(const char *keyword);

#endif
