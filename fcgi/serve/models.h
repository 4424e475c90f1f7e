/* GET /models and GET /models/{id}: which models there are (ask/models.h), as OpenAI lists them. */
#ifndef SERVE_MODELS_H
#define SERVE_MODELS_H

#include "serve/exchange.h"

/* -1: x->err. */
int models_serve_list(struct exchange *x);
int models_serve_one(struct exchange *x);

#endif
