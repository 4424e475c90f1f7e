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
	struct cJSON *dropped; /* an array of what was taken out: `refs` still points into it */
	struct cJSON *tuples;  /* an array of the tuples that were moved; NULL: there are none */
	struct ignored *ignored;
	struct err *err;
};

/* Takes a member out of `schema`. It stays allocated until the work is done. */
void schema_drop(struct schema_work *w, struct cJSON *schema, struct cJSON *member);

/* Takes the member of that name out of `schema` in the same way, if there is one. */
void schema_drop_named(struct schema_work *w, struct cJSON *schema, const char *name);

/*
 * Rewrites the keywords of other drafts in `schema`, but not in the schemas inside it, as keywords
 * of draft-07. One that restricts values in a way that draft-07 cannot is noted as ignored.
 */
void schema_settle_dialect(
	struct schema_work *w, struct cJSON *schema, const struct schema_place *at);

/*
 * Makes the values of the keywords of `schema`, but not of the schemas inside it, such as the CLI
 * takes. It takes out keywords that are null, annotations of a wrong type, and keywords that
 * draft-07 does not know, but leaves `nullable`, `prefixItems`, `dependentRequired` and
 * `dependentSchemas` to schema_reshape. A keyword that restricted values and had to go is noted as
 * ignored. -1, ERR_INVALID: the meaning of a value is not clear.
 */
int schema_settle_values(
	struct schema_work *w, struct cJSON *schema, const struct schema_place *at);

/*
 * Gives `schema` the form that the CLI takes, after its values and those of the schemas inside it
 * were settled: keywords of later drafts become keywords of draft-07, and a keyword that has no
 * effect without another one is taken out if that is not there.
 *
 * A tuple, which is a list of schemas for items by their positions, has no form that both know. The
 * CLI knows a list in `items`, which the API's draft 2020-12 forbids, and does not know that
 * draft's `prefixItems`. But both take any value in `examples`, and a reference to any place. So a
 * tuple moves to w->tuples, which becomes the `examples` of a definition, and `schema` refers to
 * it.
 */
void schema_reshape(struct schema_work *w, struct cJSON *schema);

/*
 * Gives the root, after schema_reshape, the form that the API takes: its type becomes object. The
 * API forbids anyOf, oneOf and allOf in a root, and wants names of its properties to be 1 to 64 of
 * A-Z, a-z, 0-9, `_`, `.` and `-`. In a root that is otherwise, all keywords that restrict values
 * move into a definition that the root refers to.
 */
void schema_reshape_root(struct schema_work *w);

#endif
