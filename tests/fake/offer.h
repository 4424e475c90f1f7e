/*
 * What `initialize` offers the model beside the prompt: the client's tools, and a schema that
 * the answer has to fit.
 */
#ifndef FAKE_OFFER_H
#define FAKE_OFFER_H

#include <stdbool.h>
#include <stddef.h>

struct cJSON;

/* Old releases overlook the tools that `initialize` lists, and ask for them. Said before it. */
void offer_overlook_manifests(void);

/* Takes the request of `initialize`. The init lines show what was taken. */
void offer_take(const struct cJSON *request);

/* Asks the server what it has, if that is not known: after `initialize` was acknowledged. */
void offer_ask(void);

/* A line that answers it; whether the answers are still to come. */
void offer_hear(const struct cJSON *line);
bool offer_waits(void);

/* The model's name of a tool, round and round; complains where there is none. */
const char *offer_tool(size_t i);

bool offer_has_schema(void);

/* A text of JSON that fits the schema, with `text` for its strings. The caller frees. */
char *offer_example(const char *text);

#endif
