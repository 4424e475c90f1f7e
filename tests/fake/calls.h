/*
 * The questions by which the CLI has the client's calls run, and the answers to them.
 */
#ifndef FAKE_CALLS_H
#define FAKE_CALLS_H

#include <stdbool.h>

struct cJSON;

/* Asks for the call of the block `index`, as soon as that is whole. */
void calls_ask(int index, const char *tool);

/*
 * Whether the line answers such a question. After the last answer the turn goes on: with a
 * message that tells the results in the order in which they came, `Results: a, b`.
 */
bool calls_hear(const struct cJSON *line);

#endif
