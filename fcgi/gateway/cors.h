/*
 * The values of an answer's Access-Control header fields, which tell a browser what a page of
 * another origin may do. None of them has a byte that could end a line.
 */
#ifndef GATEWAY_CORS_H
#define GATEWAY_CORS_H

#include "base/buf.h"

/* cors_add_headers appends at most so many bytes. */
#define CORS_HEADERS_MAX 1024

/* The value of Access-Control-Expose-Headers: all fields of an answer that clients act on. */
#define CORS_EXPOSED                                                                               \
	"x-request-id, retry-after, x-should-retry, x-proxy-ignored, "                             \
	"x-ratelimit-remaining-requests, x-ratelimit-reset-requests"

/*
 * Appends the value of Access-Control-Allow-Headers. `asked` is the value of the browser's
 * Access-Control-Request-Headers, or "". Its names are repeated in their order, with ", " between
 * them, but for those that are no tokens (RFC 9110, 5.6.2) and those that no longer fit into
 * CORS_HEADERS_MAX. If none is left, the value is a list of what OpenAI's clients send.
 */
void cors_add_headers(struct buf *out, const char *asked);

#endif
