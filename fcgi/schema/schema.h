/*
 * Schemas of answers, as the CLI and the API take them.
 *
 * The CLI compiles a schema with Ajv, by draft-07 and in strict mode, which refuses every keyword
 * that it does not know. Then the CLI sends the schema to the API, which checks it by draft
 * 2020-12. Clients write all drafts, OpenAPI and the extensions of their libraries.
 */
#ifndef SCHEMA_SCHEMA_H
#define SCHEMA_SCHEMA_H

#include "base/err.h"
#include "turn/ignored.h"

struct cJSON;

/*
 * Rewrites `schema`, an object from json_parse, so that both the CLI and the API take it and it
 * admits the same values, as far as draft-07 can say that. A keyword whose effect is lost is added
 * to `ignored`, as `at.properties.city.pattern`. The annotations title, description, default and
 * examples keep their values. A schema that was rewritten is not changed by a second call.
 *
 * -1, ERR_INVALID naming the keyword and its place: its meaning is not clear, or the root admits no
 * object, which it must because the model answers with the arguments of a function. `schema` may
 * be changed in part then.
 */
int schema_reduce(struct cJSON *schema, const char *at, struct ignored *ignored, struct err *err);

#endif
