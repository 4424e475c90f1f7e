/*
 * The configuration: environment variables, checked once at start.
 *
 * config_load reports every fault, not the first alone, and changes nothing outside *c.
 * Durations are in seconds, sizes in bytes where the name does not say otherwise.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/log.h"
#include "claude/model.h"
#include "config/keys.h"

/* The workers must be this many more than the children: /health is answered when all are busy. */
#define CONFIG_SPARE_WORKERS 2

struct config {
	struct api_keys keys;        /* PROXY_API_KEY, labelled default; start.c adds the file's */
	size_t own_keys;             /* the first so many of them are not from the file: 0 or 1 */
	const char *key_file;        /* PROXY_API_KEY_FILE, or "" */
	char model[MODEL_NAME_SIZE]; /* CLAUDE_MODEL */
	const char *aliases;         /* borrowed from the environment, or "" */
	const char *origins;         /* PROXY_ALLOWED_ORIGINS: with commas between, or "" */
	const char *pass_env;        /* PROXY_PASS_ENV: names with commas between, or "" */
	const char *claude_bin;      /* as given: a path, or a name to look up on PATH */
	enum log_level log_level;
	enum log_format log_format;
	bool strict; /* PROXY_STRICT: refuse parameters that would be ignored */

	unsigned workers;
	unsigned children;  /* at most so many claude processes, busy or kept */
	unsigned spares;    /* so many of the children are started before they are asked for */
	unsigned parked;    /* at most so many are kept for the next request of a conversation */
	unsigned child_mib; /* memory that a child may take, in MiB */
	size_t max_body;    /* of a request */

	/* How long, at most, ... */
	unsigned queue_seconds;   /* a request waits for a free child */
	unsigned start_seconds;   /* a child takes to get ready */
	unsigned spare_seconds;   /* a spare is kept */
	unsigned park_seconds;    /* a child is kept for the next request of its conversation */
	unsigned first_seconds;   /* it is from a question to the model's first word */
	unsigned idle_seconds;    /* a child is silent within an answer */
	unsigned request_seconds; /* a request takes in all */
	unsigned drain_seconds;   /* requests may go on after SIGTERM */

	unsigned heartbeat_seconds; /* a stream that is silent so long is sent a sign of life */
};

/*
 * Fills *c, which keeps pointers into the environment. -1: a line for each fault, with its
 * newline, was appended to `faults`.
 */
int config_load(struct config *c, char *const *environment, struct buf *faults);

/* The entry of c->origins that equals `origin`, and its length in *n; NULL if there is none. */
const char *config_find_origin(const struct config *c, const char *origin, size_t *n);

/* The environment variable that holds the operator's key. */
#define CONFIG_KEY "PROXY_API_KEY"

#endif
