/*
 * The answer to one request: head once, then the body.
 *
 * Either reply_whole, or reply_stream any number of times. Until the first of them the
 * status is still open (reply_committed false), so an error can be an HTTP status.
 */
#ifndef GATEWAY_REPLY_H
#define GATEWAY_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "gateway/gateway.h"

struct reply {
	struct gateway *gateway;
	const char *request_id; /* sent as x-request-id */
	int status;             /* 0 until the head is out */
	bool client_left;       /* a write failed */
};

struct reply_head {
	int status;
	const char *type;     /* Content-Type */
	const char *allow;    /* Allow, or NULL */
	unsigned retry_after; /* seconds, 0: no header */
};

/* -1 when the client is gone. */
int reply_whole(struct reply *r, const struct reply_head *head, const void *body, size_t n);

/* Sends the event-stream head with the first bytes, in one flush: a lone head may be held back. */
int reply_stream(struct reply *r, const void *frames, size_t n);

static inline bool reply_committed(const struct reply *r)
{
	return r->status != 0;
}

#endif
