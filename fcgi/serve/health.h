/* GET /health: whether the proxy answers, and with ?deep=1 how it is. */
#ifndef SERVE_HEALTH_H
#define SERVE_HEALTH_H

#include "serve/exchange.h"

/* Whether the request wants more than everybody may know: it needs a key. */
bool health_is_deep(struct exchange *x);

/* Sends the answer. -1: it sent nothing, x->err says why. */
int health_serve(struct exchange *x);

#endif
