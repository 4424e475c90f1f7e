/*
 * Which models there are: those the installed CLI offers, where one of its children has
 * told, else the families that every CLI has; each by the CLI's word for it and by its id.
 */
#ifndef ASK_MODELS_H
#define ASK_MODELS_H

#include "ask/asker.h"

/* Has a child tell what the CLI is and offers, unless one has done so. */
void models_learn(struct asker *a, const struct waiter *waiter);

/* Keeps for all workers what a child has told in a turn that failed with `failure`, or did not. */
void models_keep(struct asker *a, const struct about *about, enum err_kind failure);

/* Fills about with what is known of the CLI; its models are the families if none are known. */
void models_tell(const struct asker *a, struct about *about);

/*
 * Writes to `model` the CLI's name for the model that a client asked for. A name that is not known
 * is looked for in the CLI's own list, which costs a child the first time; so does any, where the
 * CLI is set to log in with a cloud that has names of its own. -1: ERR_MODEL.
 */
int models_resolve(struct asker *a, const struct waiter *waiter, const char *asked,
	char model[MODEL_NAME_SIZE], struct err *err);

/*
 * Where err says that the model of a turn cannot be had, and no parameter: makes it say which, and
 * where the models are.
 */
void models_explain(struct err *err, const char *model);

#endif
