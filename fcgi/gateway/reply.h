/*
 * The answer to one request: its head once, then its body.
 *
 * A request is answered by one call of reply_whole or reply_preflight, or by any number of calls
 * of reply_stream. Until the first call the status is open (reply_committed is false), so that an
 * error can still be an HTTP status.
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
	const char *origin;  /* the entry of our list whose pages may read the answer; NULL: none */
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
	bool rate_limited;    /* OpenAI's x-ratelimit headers tell that none is left, too */
	bool final;           /* x-should-retry tells that a retry is useless */
};

/* Sends the head and the n bytes of the body. This and the others return -1: the client is gone. */
int reply_whole(struct reply *r, const struct reply_head *head, const void *body, size_t n);

/*
 * Answers a browser's preflight request (OPTIONS): pages of r->origin may use `methods`, which is a
 * list as the Allow header has it.
 */
int reply_preflight(struct reply *r, const char *methods);

/*
 * Sends n bytes of an event stream, the first ones together with the head, because a web server
 * may hold a head back that comes alone.
 */
int reply_stream(struct reply *r, const void *frames, size_t n);

static inline bool reply_committed(const struct reply *r)
{
	return r->status != 0;
}

#endif
