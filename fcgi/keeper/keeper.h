/*
 * The keeper: one thread, one poll loop, the parent of every worker and every child.
 *
 * It never sees a byte of a request or of an answer, only descriptors, pids and
 * fixed-size messages (ipc/lease_msg.h). A worker that dies takes its child with it and is
 * started again, with a growing delay when it does not live long. Requests for a child
 * wait in order of arrival; one that would leave fewer than CONFIG_SPARE_WORKERS workers
 * free is refused, so that /health and /models always find one.
 *
 * SIGTERM and SIGINT: workers finish what they serve, for PROXY_DRAIN_SECONDS at most; a
 * second one ends them now. Who connects meanwhile: listener_refuse. All children are reaped before
 * keeper_run returns; the signals stay blocked.
 *
 * SIGHUP: kept children end and others take their place. The file of API keys is read again;
 * if that goes well, every worker is replaced by one that has the new keys, after the request
 * that it serves, and never all at once.
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

#include "config/config.h"
#include "keeper/child.h"

/* Runs in a new process with its end of the pair; its return value is the exit status. */
typedef int worker_fn(void *arg, int keeper_fd);

/*
 * Keeps config->workers workers until told to end. The keys of the configuration may change.
 * -1: it could not begin.
 */
int keeper_run(struct config *cfg, const struct child_spec *spec, worker_fn *worker, void *arg,
	struct err *err);

/*
 * Keeps one worker that is not a child of this process, until its end of the pair is closed;
 * returns at once when it cannot.
 */
void keeper_run_for(const struct config *cfg, const struct child_spec *spec, int worker_fd);

#endif
