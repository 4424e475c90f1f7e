/*
 * The messages between a worker and the keeper. They have one fixed size and go both ways over a
 * SOCK_SEQPACKET pair that each worker has with the keeper; some come with descriptors.
 *
 * A worker holds at most one child. When one side ends, the other reads the end of the pair: the
 * keeper then ends the worker's child, and a worker takes no further request and ends.
 *
 * A child that has answered can be kept for the next turn of its conversation. The worker
 * promises the child before it tells the client that the answer is whole, as the next turn may
 * come at once, and parks it when it has nothing more to say. What the worker that gets the child
 * next has to know is the handoff: a descriptor that the keeper passes on and does not read.
 */
#ifndef IPC_LEASE_MSG_H
#define IPC_LEASE_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/lease_counts.h"

enum lease_op {
	/* From a worker to the keeper. */
	LEASE_TAKE,    /* Send me a child, now or when one may be started. */
	LEASE_DONE,    /* My request is answered, and no longer counts as running. */
	LEASE_PROMISE, /* The same, and my child will soon be parked under `key`. */
	LEASE_PARK,    /* It is free now. Descriptor: maybe the handoff. */
	LEASE_END,     /* End my child, or forget that I asked for one. */
	LEASE_KILL,    /* The same, but give the child no time to do anything more. */
	LEASE_COUNT,   /* How many children are there? */

	/* From the keeper to a worker. */
	LEASE_GRANTED, /* Your child. Descriptors: stdin, stdout, stderr, maybe the handoff. */
	LEASE_REFUSED, /* You get no child, because of `why`. */
	LEASE_ENDED,   /* END or KILL is heard. The child may still be ending. */
	LEASE_COUNTED, /* The answer to COUNT, in `counts`. */
	LEASE_DRAIN    /* Take no further request. */
};

#define LEASE_KEY_SIZE 32

/* Which conversation it is. The keeper only compares keys. */
struct lease_key {
	unsigned char bytes[LEASE_KEY_SIZE];
};

struct lease_msg {
	uint32_t op;    /* enum lease_op */
	uint32_t why;   /* REFUSED: enum err_kind; GRANTED: enum lease_kind */
	uint32_t most;  /* TAKE: how many requests of the owner may run at once; 0: any number */
	bool has_key;   /* TAKE: the child that is parked under `key` would be best */
	bool calls;     /* PARK: the child waits for the results of its calls */
	uint64_t owner; /* TAKE: whose request it is */
	union {
		struct lease_key key;       /* TAKE with has_key, PROMISE */
		struct lease_counts counts; /* COUNTED */
	};
};

/* The most descriptors that go with a message. */
#define LEASE_MAX_FDS 4

/*
 * Sends m with n duplicates of descriptors; `fds` stay the caller's. If the socket is full it
 * waits when it may, and else fails with EAGAIN. -1: errno says why nothing was sent.
 */
int lease_send(int pair_fd, const struct lease_msg *m, const int *fds, size_t n, bool may_wait);

/*
 * Waits for a message. The descriptors that come with it are the caller's to close; the rest of
 * fds is -1. -1: the other side has gone or has sent something else, and there is no descriptor.
 */
int lease_receive(int pair_fd, struct lease_msg *m, int fds[LEASE_MAX_FDS]);

/* Closes the descriptors that are not -1 and sets them to -1. */
void lease_close_fds(int fds[LEASE_MAX_FDS]);

#endif
