/*
 * What a browser is told about a page of another origin: the values of the answer's
 * Access-Control fields. None of them has a byte that could end a line.
 */
#ifndef GATEWAY_CORS_H
#define GATEWAY_CORS_H

#include "base/buf.h"

/* What the value of cors_add_headers may take, in bytes. */
#define CORS_HEADERS_MAX 1024

/* Access-Control-Expose-Headers: every field of an answer that a client heeds. */
#define CORS_EXPOSED                                                                               \
	"x-request-id, retry-after, x-should-retry, x-proxy-ignored, "                             \
	"x-ratelimit-remaining-requests, x-ratelimit-reset-requests"

/*
 * Appends the value of Access-Control-Allow-Headers. `asked` is a browser's
 * Access-Control-Request-Headers, "" when it sent none. Its names are given back in their order,
 * with ", " between them. A name that is no token (RFC 9110, 5.6.2), and one that does not fit
 * into CORS_HEADERS_MAX any more, is left out. When no name is left, the value is a list of what
 * OpenAI's clients send.
 */
void cors_add_headers(struct buf *out, const char *asked);

#endif
