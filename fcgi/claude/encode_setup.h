/* What is said to a child before the conversation; encode.h has the order. */
#ifndef CLAUDE_ENCODE_SETUP_H
#define CLAUDE_ENCODE_SETUP_H

#include "base/buf.h"
#include "claude/handoff.h"
#include "turn/request.h"

/*
 * The longest result of a call, in UTF-16 units, that the CLI passes on instead of putting
 * it into a file: the most that can be asked for. MAX_MCP_OUTPUT_TOKENS is raised with it.
 */
#define ENCODE_MAX_RESULT 500000

struct cJSON;

int encode_line(struct buf *out, const struct cJSON *message);

int encode_initialize(struct buf *out, const struct request *request);

/* Sets a model by one of the CLI's own words. For an id the CLI would first ask the API. */
int encode_set_model(struct buf *out, const char *model);

/*
 * Limits, effort, sampling and choice of tool, and the model, if it is set by its id: NULL
 * otherwise. They stay in force until replaced, so every one of them is said for every turn, also
 * where it is "as usual".
 */
int encode_settings(struct buf *out, const struct request *request, const char *model);

/* For a child that was told none before: those that are as usual are left out (25 ms). */
int encode_first_settings(struct buf *out, const struct request *request, const char *model);

/* The answer to the CLI's question for a call: a result whose parts are texts. */
int encode_call_answer(struct buf *out, const struct note_call *asked, const struct part *result);

#endif
