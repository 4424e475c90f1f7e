/*
 * Model names: what a client writes, made into one that the CLI takes.
 *
 * A name is, in this order: the configured model, one the CLI offers or a family that
 * every CLI has (letter case ignored); an alias of PROXY_MODEL_ALIASES (`gpt-4o=sonnet,*=opus`); or
 * a Claude name of any age and spelling (`claude-3-5-haiku-20241022`, `anthropic/claude-opus-4`),
 * which stands for its family as the CLI has it now. `*` takes what is left. Resolving a result
 * again gives that result.
 */
#ifndef CLAUDE_MODEL_H
#define CLAUDE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define MODEL_NAME_SIZE  64
#define MODEL_LIST_LIMIT 16

struct model_list {
	size_t n;
	char name[MODEL_LIST_LIMIT][MODEL_NAME_SIZE];
};

/* Leaves out a name that is there already, is no model's, or does not fit. */
void model_list_add(struct model_list *list, const char *name);

/* haiku, sonnet, opus: what every CLI of ours offers. */
const struct model_list *model_families(void);

struct model_rules {
	const char *preferred; /* CLAUDE_MODEL: for a request that names none */
	const char *aliases;   /* PROXY_MODEL_ALIASES, or "" */
	const struct model_list *offered;
};

/* -1, ERR_MODEL, for a name that is none of these. */
int model_resolve(const struct model_rules *rules, const char *asked, char out[MODEL_NAME_SIZE],
	struct err *err);

/* Letters, digits and -_.:@/[] only, not empty, and short enough: fit for argv and a log line. */
bool model_name_fits(const char *name);

/* -1, ERR_INVALID, when the text is no comma-separated list of name=model. */
int model_check_aliases(const char *aliases, struct err *err);

#endif
