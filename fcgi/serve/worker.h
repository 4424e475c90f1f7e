/*
 * A worker: one request at a time, until the keeper drains it or is gone.
 *
 * It execs, opens and kills nothing, and could not (confine.h). All signals that would
 * disturb a write stay blocked; the keeper tells it what they mean.
 */
#ifndef SERVE_WORKER_H
#define SERVE_WORKER_H

#include "ask/catalog.h"
#include "config/config.h"
#include "serve/metrics.h"
#include "turn/fingerprint.h"

struct worker {
	const struct config *cfg;
	struct catalog *catalog;
	struct metrics *metrics; /* NULL under CGI */
	long long installed_at;  /* Unix seconds (exchange.h) */
	unsigned char secret[FINGERPRINT_SIZE];
};

/* Serves FastCGI requests; a worker_fn (keeper.h), arg is a struct worker. */
int worker_run(void *arg, int keeper_fd);

/* Serves the one CGI request of this process. */
void worker_run_cgi(const struct worker *w, int keeper_fd);

#endif
