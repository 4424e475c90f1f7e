/*
 * Model names: what a client writes, made into one that the CLI takes.
 *
 * A name is, in this order: the configured model, one that the CLI offers, by its word or its id,
 * or a family that every CLI has (letter case ignored); an alias of PROXY_MODEL_ALIASES
 * (`gpt-4o=sonnet,*=opus`); another word of the CLI's own (`best`, `opusplan`, `sonnet[1m]`); or a
 * Claude model by the name that any seller has for it (model_id.h). Of these a bare family
 * (`claude-sonnet-latest`) is the family as the CLI has it now, and a version is that version,
 * never another one. `*` takes what is left. Resolving a result again gives that result, unless an
 * alias has its name.
 */
#ifndef CLAUDE_MODEL_H
#define CLAUDE_MODEL_H

#include <stdbool.h>

#include "base/err.h"
#include "claude/model_id.h"
#include "claude/model_list.h"

/* haiku, sonnet, opus: what every CLI of ours offers. */
const struct model_list *model_families(void);

struct model_rules {
	const char *preferred; /* CLAUDE_MODEL: for a request that names none */
	const char *aliases;   /* PROXY_MODEL_ALIASES, or "" */
	const struct model_list *offered;
	enum model_seller seller;
};

/* -1, ERR_MODEL, for a name that is none of these. */
int model_resolve(const struct model_rules *rules, const char *asked, char out[MODEL_NAME_SIZE],
	struct err *err);

/* Whether the name is a model's id, not one of the CLI's own words for its models. */
bool model_is_id(const char *name);

/* -1, ERR_INVALID, when the text is no comma-separated list of name=model. */
int model_check_aliases(const char *aliases, struct err *err);

#endif
