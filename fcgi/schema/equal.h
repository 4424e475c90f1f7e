/*
 * Lists in which a value may stand only once.
 */
#ifndef SCHEMA_EQUAL_H
#define SCHEMA_EQUAL_H

struct cJSON;

/*
 * Deletes each item of the array that is equal to one before it. JSON Schema says what is equal: 1
 * and 1.0 are, and two objects whose members have another order. It takes n log n comparisons.
 */
void schema_merge_equal(struct cJSON *list);

#endif
