/*
 * Which models there are: those the installed CLI offers, where one of its children has
 * told, else the families that every CLI has; each by the CLI's word for it and by its id.
 */
#ifndef SERVE_MODELS_H
#define SERVE_MODELS_H

#include "claude/about.h"
#include "serve/exchange.h"

/* GET /models and GET /models/{id}. -1: x->err. */
int models_serve_list(struct exchange *x);
int models_serve_one(struct exchange *x);

/* Has a child tell what the CLI is and offers, unless one has done so. */
void models_learn(struct exchange *x);

/* Where x->err is that the model cannot be had: makes it say which, and where the models are. */
void models_explain(struct exchange *x);

/* Keeps for all workers what a child has told; x->err is how its turn went. */
void models_note(struct exchange *x, const struct about *about);

/*
 * Makes x->model of the name a client asked for. A name that is not known is looked for
 * in the CLI's own list, which costs a child the first time; so does any, where the CLI is set to
 * log in with a cloud that has names of its own. -1: x->err (ERR_MODEL).
 */
int models_resolve(struct exchange *x, const char *asked);

#endif
