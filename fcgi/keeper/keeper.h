/*
 * The keeper is the parent of every worker and every child: one thread with one poll loop.
 *
 * It never sees a byte of a request or of an answer, only descriptors, pids and fixed-size
 * messages (ipc/lease_msg.h). A worker that ends takes its child with it and is started again,
 * with a growing delay when it does not live long. Requests wait for a child in order of arrival;
 * one that would leave fewer than CONFIG_SPARE_WORKERS workers free is refused, so that a worker
 * is always free for /health and /models.
 *
 * On SIGTERM or SIGINT the workers finish what they serve, for PROXY_DRAIN_SECONDS at most, and
 * new connections are refused (listener_refuse). A second such signal ends the workers now. All
 * children are reaped before keeper_run returns, and the signals stay blocked.
 *
 * On SIGHUP the spare and parked children end and others take their place. The file of API keys
 * is read again; if that goes well, every worker is replaced by one that has the new keys, after
 * the request that it serves and never all at once.
 */
#ifndef KEEPER_KEEPER_H
#define KEEPER_KEEPER_H

#include "config/config.h"
#include "keeper/child.h"
#include "keeper/slot.h"

/*
 * Keeps cfg->workers workers, each of which runs `worker` with `arg`, until a signal tells it to
 * end, and returns 0. SIGHUP changes cfg->keys. -1, ERR_INTERNAL: it could not begin.
 */
int keeper_run(struct config *cfg, const struct child_spec *spec, slot_fn *worker, void *arg,
	struct err *err);

/*
 * Keeps one worker that is no child of this process, until the other end of worker_fd is closed;
 * then closes worker_fd and returns. Returns at once when it cannot begin.
 */
void keeper_run_for(const struct config *cfg, const struct child_spec *spec, int worker_fd);

#endif
