/* Older spellings in the schema of a tool's arguments. */
#ifndef WIRE_TOOL_MEND_H
#define WIRE_TOOL_MEND_H

struct cJSON;

/*
 * Writes the keywords of `schema`, an object, as JSON schema's draft 2020-12 has them: lists in
 * `items`, `additionalItems`, bounds that are made exclusive by true, `required` in a property,
 * which its owner is asked for, types in capitals and `any`, numbers in strings, [] and
 * null for what is not described, names that stand twice. Schemas that stand in it stay as they
 * are.
 */
void tool_mend(struct cJSON *schema);

#endif
