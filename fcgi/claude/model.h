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
#include <stddef.h>

#include "base/err.h"

/* An ARN of Bedrock's has some 90. */
#define MODEL_NAME_SIZE  128
#define MODEL_LIST_LIMIT 24

struct model_list {
	size_t n;
	char name[MODEL_LIST_LIMIT][MODEL_NAME_SIZE];
	char id[MODEL_LIST_LIMIT][MODEL_NAME_SIZE]; /* what the name stands for; "" unknown */
	unsigned efforts[MODEL_LIST_LIMIT];         /* a bit for each that it takes (about.h) */
};

/*
 * Appends a name, whose id and efforts are not known, and returns its place. Leaves out a name that
 * is there already, is no model's, or does not fit, and returns MODEL_LIST_LIMIT.
 */
size_t model_list_add(struct model_list *list, const char *name);

/* The place of the model of that name or id, letter case ignored; MODEL_LIST_LIMIT for none. */
size_t model_list_find(const struct model_list *list, const char *name);

/* Whose names for its models the CLI uses, by its login. */
enum model_seller { MODEL_ANTHROPIC, MODEL_BEDROCK, MODEL_VERTEX, MODEL_OTHER };

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

/* Letters, digits and -_.:@/[] only, not empty, and short enough: fit for argv and a log line. */
bool model_name_fits(const char *name);

/* -1, ERR_INVALID, when the text is no comma-separated list of name=model. */
int model_check_aliases(const char *aliases, struct err *err);

#endif
