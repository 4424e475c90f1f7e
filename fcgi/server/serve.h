/* One request from accept to finish: route, key, endpoint, the error if there is one, the log line.
 */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "server/exchange.h"

void serve(struct server *s, struct gateway *g);

#endif
