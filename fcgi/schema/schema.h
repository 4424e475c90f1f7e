/*
 * Schemas of answers, as the CLI and the API take them.
 *
 * The CLI compiles a schema with Ajv: draft-07, in its strict mode, which refuses every keyword
 * that it does not know; then it sends it to the API, which checks by draft 2020-12. Clients write
 * all drafts, OpenAPI and the extensions of their libraries.
 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "base/err.h"
#include "turn/ignored.h"

struct cJSON;

/*
 * Makes `schema`, an object that json_parse made, one that both take and that holds for the same
 * values, as far as draft-07 can tell them apart. What it cannot is noted in `ignored` as
 * `at.properties.city.pattern`. Annotations that they know keep their values: title, description,
 * default, examples. Once more changes nothing.
 *
 * ERR_INVALID, naming the keyword and its place, for one that says nothing clear, and for a root
 * that admits no object: the model answers with the arguments of a function. The schema is changed
 * in part then.
 */
int schema_reduce(struct cJSON *schema, const char *at, struct ignored *ignored, struct err *err);

#endif
