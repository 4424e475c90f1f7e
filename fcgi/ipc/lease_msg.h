/*
 * The contract between a worker and the keeper: fixed-size messages over a SOCK_SEQPACKET
 * pair, some with descriptors. A worker holds at most one child. Either side's EOF is its
 * death: the keeper then ends the worker's child, the worker ends when idle.
 *
 * A child that has answered can be kept for the next turn of its conversation: the worker
 * promises it before it tells the client that the answer is whole (the next turn may be
 * there at once), and parks it when the child has nothing more to say. What the next
 * worker has to know goes into a note: a descriptor to the keeper, which does not read it.
 */
#ifndef IPC_LEASE_MSG_H
#define IPC_LEASE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/lease_counts.h"

enum lease_op {
	LEASE_TAKE,    /* worker: I need a child, now or when one may be started */
	LEASE_DONE,    /* worker: the request is answered; what follows is mine */
	LEASE_PROMISE, /* worker: mine will be free for `key` soon */
	LEASE_PARK,    /* worker: now it is (maybe one descriptor: the note) */
	LEASE_END,     /* worker: end my child, or forget that I asked */
	LEASE_KILL,    /* worker: the same, and give it no time for anything more */
	LEASE_COUNT,   /* worker: how many children are there? */
	LEASE_GRANTED, /* keeper: here it is (descriptors: stdin, stdout, stderr, maybe the note) */
	LEASE_REFUSED, /* keeper: no, because of `why` */
	LEASE_ENDED,   /* keeper: the answer to END and KILL; the child may still be dying */
	LEASE_COUNTED, /* keeper: the answer to COUNT */
	LEASE_DRAIN    /* keeper: take no further request */
};

#define LEASE_KEY_SIZE 32

/* Which conversation: opaque to the keeper. */
struct lease_key {
	unsigned char bytes[LEASE_KEY_SIZE];
};

struct lease_msg {
	uint32_t op;
	uint32_t why;   /* REFUSED: enum err_kind; GRANTED: enum lease_kind */
	uint32_t most;  /* TAKE: how many requests the owner may have running, 0: any number */
	bool has_key;   /* TAKE: the child that is parked under the key would be best */
	bool calls;     /* PARK: it waits for the results of its calls */
	uint64_t owner; /* TAKE: whose request it is */
	union {
		struct lease_key key;
		struct lease_counts counts;
	};
};

#define LEASE_MAX_FDS 4

/* Sends m and n descriptors, which stay open here. -1: errno (EAGAIN only without `may_wait`). */
int lease_send(int pair_fd, const struct lease_msg *m, const int *fds, size_t n, bool may_wait);

/*
 * Receives a message and up to LEASE_MAX_FDS descriptors, the caller's from then on; the
 * rest of fds is -1. -1 when the peer is gone or made no sense, with no descriptor.
 */
int lease_receive(int pair_fd, struct lease_msg *m, int fds[LEASE_MAX_FDS]);

void lease_close_fds(int fds[LEASE_MAX_FDS]);

#endif
