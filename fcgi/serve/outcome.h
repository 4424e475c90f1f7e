/* What became of a request: what the log says of it, and what the metrics count. */
#ifndef SERVE_OUTCOME_H
#define SERVE_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "turn/event.h"

/*
 * Strings are borrowed, and are constants, names of ours or what the operator wrote: what a client
 * wrote has no way into the log. Each may be NULL but id and method.
 */
struct outcome {
	const char *id;
	const char *method;
	const char *path;  /* of its route */
	size_t path_index; /* route_index of its route, or COUNTS_NO_PATH */
	const char *key;   /* the label of the API key */
	const char *model; /* as the CLI calls it */
	const char *lease; /* how its child came to it */

	int status;
	enum err_kind error;
	const char *
		reason; /* of ERR_INTERNAL: about the installation, without a word of the request */
	bool asked;     /* it was let in to be answered by a model */

	long long first_ms; /* from its begin until the model began its answer; -1: it did not */
	long long ms;       /* until the client had all */
	struct usage usage;
};

/* Writes the line of the request to the log and, if there is a reason, the one that says it. */
void outcome_log(const struct outcome *o);

#endif
