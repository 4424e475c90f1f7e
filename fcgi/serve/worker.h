/*
 * A worker serves one request at a time, until the keeper drains it or is gone.
 *
 * It execs, opens and kills nothing, and could not (confine/confine.h). Signals that would disturb
 * a write stay blocked; it learns by a message of the keeper what they ask for.
 */
#ifndef SERVE_WORKER_H
#define SERVE_WORKER_H

struct worker;

/*
 * Serves FastCGI requests from standard input, and returns 0 when it is drained: a slot_fn
 * (keeper/slot.h). `arg` is a struct worker that is ready but for its lease; it is not changed.
 */
int worker_run(void *arg, int keeper_fd);

/* Serves the one CGI request of this process, with a worker that is ready but for its lease. */
void worker_run_cgi(struct worker *w, int keeper_fd);

#endif
