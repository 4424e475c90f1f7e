/* POST /chat/completions and POST /responses: a conversation in, an answer out. */
#ifndef SERVE_COMPLETE_H
#define SERVE_COMPLETE_H

#include "serve/exchange.h"

/*
 * Reads the body, has a child answer it, and sends the answer in the format of x->route, as it
 * comes or as a whole. -1: x->err says why; if the reply was committed by then, the client was told
 * so in the stream.
 */
int complete(struct exchange *x);

#endif
