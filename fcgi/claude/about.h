/*
 * What the CLI tells of itself: in its reply to `initialize`, in its init line, and of the limits
 * of a model in the `result` of a turn that the model answered.
 */
#ifndef CLAUDE_ABOUT_H
#define CLAUDE_ABOUT_H

#include "claude/model_id.h"
#include "claude/model_list.h"

struct cJSON;

/* What the CLI has to log in with, not whether that is accepted. */
enum login {
	LOGIN_UNKNOWN,
	LOGIN_NONE,
	LOGIN_TOKEN,     /* CLAUDE_CODE_OAUTH_TOKEN, ANTHROPIC_AUTH_TOKEN, ... */
	LOGIN_CLAUDE_AI, /* the login of a browser, stored in a file */
	LOGIN_KEY,
	LOGIN_BEDROCK,
	LOGIN_VERTEX,
	LOGIN_FOUNDRY,
	LOGIN_OTHER, /* at a seller whose name is not known here */
	LOGIN_KINDS
};

/* "token", "claude.ai", "key", "bedrock", "vertex", "foundry", "other"; NULL for the first two. */
const char *login_name(enum login login);

/* Whose names for models the CLI uses with this login. */
enum model_seller login_seller(enum login login);

/* Bit n of model_list's `efforts` is the effort of this name; NULL for n at or past the end. */
const char *about_effort(unsigned n);

#define ABOUT_VERSION_SIZE 36

struct model_limits {
	char id[MODEL_NAME_SIZE];
	unsigned context; /* tokens that a conversation may have */
	unsigned output;  /* tokens that an answer may have unless a request says more */
};

struct about {
	struct model_list models; /* none before it was initialised */
	enum login login;
	char version[ABOUT_VERSION_SIZE]; /* "" before an init line */
	size_t n_limits;
	struct model_limits limits[MODEL_LIST_LIMIT];
};

/* Takes models and login from the CLI's response to `initialize`. */
void about_learn(struct about *a, const struct cJSON *response);

/* Takes the limits of models that a `result` line tells, in place of those known for their ids. */
void about_learn_limits(struct about *a, const struct cJSON *result);

/* Puts what `news` knows over what `a` knows, and leaves the rest. */
void about_merge(struct about *a, const struct about *news);

/* The limits told for this id, or NULL. */
const struct model_limits *about_limits(const struct about *a, const char *id);

#endif
