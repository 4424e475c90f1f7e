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
	const char *ignored; /* sent as x-proxy-ignored, printable ASCII; NULL or "": no header */
	const char *origin;  /* a page that may read the answer, of our own list; NULL: none */
	size_t origin_len;
	int status;       /* 0 until the head is out */
	bool client_left; /* a write failed */
};

struct reply_head {
	int status;
	const char *type;     /* Content-Type */
	const char *allow;    /* Allow, or NULL */
	const char *upgrade;  /* Upgrade, or NULL */
	unsigned retry_after; /* seconds, 0: no header */
	bool rate_limited;    /* tell the limit in OpenAI's x-ratelimit headers too */
	bool final;           /* retrying is useless: x-should-retry */
};

/* -1 when the client is gone. */
int reply_whole(struct reply *r, const struct reply_head *head, const void *body, size_t n);

/*
 * Answers a browser that asks (OPTIONS) whether a page of r->origin may send a request with any
 * of the methods, a list as the Allow header has it.
 */
int reply_preflight(struct reply *r, const char *methods);

/* Sends the event-stream head with the first bytes, in one flush: a lone head may be held back. */
int reply_stream(struct reply *r, const void *frames, size_t n);

static inline bool reply_committed(const struct reply *r)
{
	return r->status != 0;
}

#endif
