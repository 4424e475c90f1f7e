/*
 * The configuration: environment variables, checked once at start.
 *
 * config_load names every fault, one line each, and changes nothing. Durations are
 * seconds, sizes are bytes.
 */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/log.h"
#include "claude/model.h"
#include "config/keys.h"

/* Workers that never wait for a child: they answer /health while every child is busy. */
#define CONFIG_SPARE_WORKERS 2

struct config {
	struct api_keys keys;        /* PROXY_API_KEY, labelled default; start.c adds the file's */
	size_t own_keys;             /* of these, the ones that no file has: the first */
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
	unsigned children;  /* claude processes at most, busy or kept */
	unsigned spares;    /* of those, started before they are asked for */
	unsigned parked;    /* of those, with their conversation between two requests */
	unsigned child_mib; /* memory of a child */
	size_t max_body;

	unsigned queue_seconds;     /* waiting for a free child */
	unsigned start_seconds;     /* a child's boot */
	unsigned spare_seconds;     /* a spare's life */
	unsigned park_seconds;      /* between two requests of a conversation */
	unsigned first_seconds;     /* from a question to the model's first word */
	unsigned idle_seconds;      /* a child's silence in an answer */
	unsigned request_seconds;   /* one request in all */
	unsigned drain_seconds;     /* after SIGTERM */
	unsigned heartbeat_seconds; /* of silence in a stream until a sign of life */
};

/* -1 with a line of text per fault in `faults`. */
int config_load(struct config *c, char *const *environment, struct buf *faults);

/* The entry of c->origins that is `origin`, its length in *n; NULL when there is none. */
const char *config_find_origin(const struct config *c, const char *origin, size_t *n);

/* The variable with the key. */
#define CONFIG_KEY "PROXY_API_KEY"

#endif
