/*
 * The bounds of a number in a JSON schema, as all drafts since 6 have them.
 */
#ifndef SCHEMA_BOUNDS_H
#define SCHEMA_BOUNDS_H

struct cJSON;

/*
 * Rewrites the bounds of `schema` from the form of draft 4 and OpenAPI 3.0, where
 * `exclusiveMinimum: true` says that the number in `minimum` is out of bounds: the number moves to
 * `exclusiveMinimum`, and `minimum` goes. A boolean that has no effect is deleted. Does the same
 * with `exclusiveMaximum`. The schemas in `schema` stay as they are, and so does a `schema` that
 * is no object.
 */
void schema_number_bounds(struct cJSON *schema);

#endif
