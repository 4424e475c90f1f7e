/* References to the schemas of a tuple, which tool_mend.h moves. */
#ifndef WIRE_TOOL_REFS_H
#define WIRE_TOOL_REFS_H

struct cJSON;

/*
 * Makes each reference in `root`, a schema that was mended, follow the tuple on its way:
 * `#/properties/at/items/0` becomes `#/properties/at/prefixItems/0`, and what `additionalItems`
 * was is `items`. One that leads nowhere stays as it is.
 */
void tool_refs_follow(struct cJSON *root);

#endif
