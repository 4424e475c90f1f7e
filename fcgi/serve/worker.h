/*
 * A worker: one request at a time, until the keeper drains it or is gone.
 *
 * It execs, opens and kills nothing, and could not (confine.h). All signals that would
 * disturb a write stay blocked; the keeper tells it what they mean.
 */
#ifndef SERVE_WORKER_H
#define SERVE_WORKER_H

struct worker;

/*
 * Serves FastCGI requests: a worker_fn (keeper.h). `arg` is a struct worker that is ready but for
 * its lease; it is not changed.
 */
int worker_run(void *arg, int keeper_fd);

/* Serves the one CGI request of this process, with a worker that is ready but for its lease. */
void worker_run_cgi(struct worker *w, int keeper_fd);

#endif
