/* One request from accept to finish: route, key, handler, the error if any, the log line. */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "serve/exchange.h"

void serve(struct worker *w, struct gateway *g);

#endif
