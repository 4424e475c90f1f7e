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
 * Makes `schema`, an object that errors call `at`, valid under draft 2020-12, with the type object.
 * Older spellings are rewritten (wire/tool_mend.h). Taken out are keywords that are null, lists
 * that are empty and must not be, and keywords that have a wrong value but say nothing of the
 * arguments. -1, ERR_INVALID naming `at`: another keyword has a wrong value; `schema` may be
 * changed then.
 */
int tool_schema_fit(struct cJSON *schema, const char *at, struct err *err);

#endif
