/*
 * Which models there are: those that the installed CLI offers, if one of its children has told, or
 * else the families that every CLI has. Each has the CLI's word for it and an id.
 */
#ifndef ASK_MODELS_H
#define ASK_MODELS_H

#include "ask/asker.h"

/* Has a child tell what the CLI is and offers, unless one has done so. */
void models_learn(struct asker *a, const struct waiter *waiter);

/*
 * Keeps for all workers what a child has told. Its turn failed with `failure`, which is ERR_NONE if
 * it did not fail.
 */
void models_keep(struct asker *a, const struct about *about, enum err_kind failure);

/* Fills about with what is known of the CLI; its models are the families if none are known. */
void models_tell(const struct asker *a, struct about *about);

/*
 * Writes to `model` the CLI's name for the model that a client asked for. If that is not known yet,
 * or the CLI is set up for a cloud, which may have names of its own, the CLI's own list is needed,
 * for which a child is asked the first time. -1: ERR_MODEL.
 */
int models_resolve(struct asker *a, const struct waiter *waiter, const char *asked,
	char model[MODEL_NAME_SIZE], struct err *err);

/*
 * Makes an ERR_MODEL that names no parameter, and so is the API's, say which model cannot be had
 * and where the models are listed. Leaves any other error alone.
 */
void models_explain(struct err *err, const char *model);

#endif
