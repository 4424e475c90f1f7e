/*
 * Lists in which no value may stand twice.
 */
#ifndef SCHEMA_EQUAL_H
#define SCHEMA_EQUAL_H

struct cJSON;

/*
 * Deletes each item of the array that is equal to one before it, as JSON Schema has it: 1 is 1.0,
 * and the order of an object's members says nothing. Takes n log n comparisons.
 */
void schema_merge_equal(struct cJSON *list);

#endif
