/* One request from its start to its end: route, key, handler, the error if any, the log line. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "serve/exchange.h"

/* Serves the request that g has, ends it, counts it and logs it. */
void serve(struct worker *w, struct gateway *g);

#endif
