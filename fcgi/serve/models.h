/* GET /models and GET /models/{id}: which models there are (ask/models.h), as OpenAI lists them. */
#ifndef SERVE_MODELS_H
#define SERVE_MODELS_H

#include "serve/exchange.h"

/* Both send the answer. -1: they sent nothing, x->err says why. */
int models_serve_list(struct exchange *x);
int models_serve_one(struct exchange *x);

#endif
