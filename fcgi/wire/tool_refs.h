/* References to the schemas of a tuple, which tool_mend (wire/tool_mend.h) moves. */
#ifndef WIRE_TOOL_REFS_H
#define WIRE_TOOL_REFS_H

struct cJSON;

/*
 * Rewrites each reference in `root`, a schema that was mended, whose way leads through a tuple:
 * `#/properties/at/items/0` becomes `#/properties/at/prefixItems/0`, and `additionalItems` becomes
 * `items`. A reference that leads nowhere stays as it is.
 */
void tool_refs_follow(struct cJSON *root);

#endif
