/*
 * The bounds of a number in a JSON schema, as all drafts since 6 have them.
 */
#ifndef SCHEMA_BOUNDS_H
#define SCHEMA_BOUNDS_H

struct cJSON;

/*
 * Draft 4, and OpenAPI 3.0, say with `exclusiveMinimum: true` that `minimum` itself is out of
 * bounds. Makes `exclusiveMinimum` that number, without a `minimum`, and takes a boolean that says
 * nothing away; the same with `exclusiveMaximum`. Leaves the schemas in `schema` alone. What is no
 * object has no bounds.
 */
void schema_number_bounds(struct cJSON *schema);

#endif
