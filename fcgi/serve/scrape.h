/* GET /metrics: what was counted and what the keeper's children do, for Prometheus. */
#ifndef SERVE_SCRAPE_H
#define SERVE_SCRAPE_H

#include "serve/exchange.h"

/*
 * Whether the request needs no key: it comes from a loopback address, asks for a local name,
 * no proxy left its mark on it, and it brings no key that would have to be right.
 */
bool scrape_is_local(struct exchange *x);

/* -1: x->err; ERR_NOT_FOUND under CGI, where a process knows of one request alone. */
int scrape_serve(struct exchange *x);

#endif
