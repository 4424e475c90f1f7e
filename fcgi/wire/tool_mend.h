/* Rewrites older spellings in the schema of a tool's arguments. */
#ifndef WIRE_TOOL_MEND_H
#define WIRE_TOOL_MEND_H

struct cJSON;

/*
 * Writes the keywords of `schema`, an object, as JSON Schema's draft 2020-12 has them:
 * - `items` with a list becomes prefixItems, and additionalItems beside it `items`;
 * - a bound that is made exclusive by true moves (schema/bounds.h);
 * - `required: true` in a property becomes a name in the `required` of `schema`;
 * - a type in capitals is put in lower case, and the type `any` goes;
 * - a number that is written as a string becomes a number;
 * - [] in place of an object of schemas becomes {}, and null in place of a schema true;
 * - a name that stands twice in a list stands once.
 * Schemas inside `schema` stay as they are.
 */
void tool_mend(struct cJSON *schema);

#endif
