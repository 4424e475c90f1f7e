/*
 * The schema of a tool's arguments, as the API takes it.
 *
 * The API refuses a request with a schema that is not valid under JSON schema's draft 2020-12, and
 * the CLI leaves such a tool out, or all of them. Clients write other drafts, and what their
 * language makes of an empty object.
 */
#ifndef WIRE_TOOL_SCHEMA_H
#define WIRE_TOOL_SCHEMA_H

#include "base/err.h"

struct cJSON;

/*
 * Makes `schema`, an object that stands at `at`, one of draft 2020-12 whose type is object. Older
 * spellings are written anew (tool_mend.h). A keyword that is null, or a list that must not be
 * empty and is, is taken out, and so is one with a wrong value that says nothing of the arguments.
 * -1, ERR_INVALID naming `at`, when any other keyword has a value that the draft refuses; `schema`
 * may be changed then.
 */
int tool_schema_fit(struct cJSON *schema, const char *at, struct err *err);

#endif
