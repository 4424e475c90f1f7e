/*
 * What is said to a child before the conversation; encode.h has the order. The aliases are those of
 * the request's tools.
 */
#ifndef CLAUDE_ENCODE_SETUP_H
#define CLAUDE_ENCODE_SETUP_H

#include "base/buf.h"
#include "claude/aliases.h"
#include "turn/request.h"

int encode_initialize(
	struct buf *out, const struct request *request, const struct aliases *aliases);

/* Sets a model by one of the CLI's own words. For an id the CLI would first ask the API. */
int encode_set_model(struct buf *out, const char *model);

/*
 * Limits, effort, sampling and choice of tool, and the model, if it is set by its id: NULL
 * otherwise. They stay in force until replaced, so every one of them is said for every turn, also
 * where it is "as usual".
 */
int encode_settings(struct buf *out, const struct request *request, const struct aliases *aliases,
	const char *model);

/* For a child that was told none before: those that are as usual are left out (25 ms). */
int encode_first_settings(struct buf *out, const struct request *request,
	const struct aliases *aliases, const char *model);

#endif
