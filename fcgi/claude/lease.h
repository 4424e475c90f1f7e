/*
 * The contract between a worker and the keeper, and the worker's end of it.
 *
 * Over a SOCK_SEQPACKET pair go fixed-size messages; a granted child's pipes come with
 * LEASE_GRANTED as descriptors. A worker holds at most one child. Either side's EOF is
 * its death: the keeper then ends the worker's child, the worker ends when idle.
 */
#ifndef CLAUDE_LEASE_H
#define CLAUDE_LEASE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "claude/child.h"

enum lease_op {
	LEASE_TAKE,    /* worker: I need a child, now or when one may be started */
	LEASE_END,     /* worker: end my child, or forget that I asked */
	LEASE_KILL,    /* worker: the same, and give it no time for anything more */
	LEASE_GRANTED, /* keeper: here it is (three descriptors: stdin, stdout, stderr) */
	LEASE_REFUSED, /* keeper: no, because of `why` */
	LEASE_ENDED,   /* keeper: the answer to both; the child may still be dying */
	LEASE_DRAIN    /* keeper: take no further request */
};

struct lease_msg {
	uint32_t op;
	uint32_t why; /* enum err_kind */
};

struct lease {
	int keeper; /* our end of the pair */
	bool draining;
	bool taken; /* asked for a child and not yet ended it */
	struct child_pipes pipes;
};

void lease_init(struct lease *l, int keeper);
void lease_finish(struct lease *l);

/*
 * Asks for a child and waits until `deadline` (clock_ms) for it. -1: ERR_GONE when
 * `client` reports that the client left, ERR_RATE_LIMIT when none came free in time,
 * ERR_OVERLOADED when too many wait already, ERR_INTERNAL when it cannot be started.
 */
int lease_take(struct lease *l, struct pollfd client, long long deadline, struct err *err);

/*
 * Closes the pipes and has the keeper end the child. Harmless without one. `at_once` is for
 * a child that would go on by itself: on SIGTERM the CLI answers a call that waits for its
 * tool and asks the API again.
 */
void lease_end(struct lease *l, bool at_once);

/* Reads what the keeper says unasked; sets draining. */
void lease_listen(struct lease *l);

#endif
