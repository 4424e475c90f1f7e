/*
 * One request and its answer as bytes, under FastCGI or plain CGI.
 *
 * FastCGI: gateway_create once, then gateway_accept, ..., gateway_end for each request.
 * CGI: gateway_create_cgi, the request is there at once. Blocking; a write gives up after
 * GATEWAY_SEND_SECONDS without progress, after twice that if a part of it went out. Once a
 * write failed, the client counts as gone.
 */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define GATEWAY_SEND_SECONDS 30
#define GATEWAY_HEAD_SECONDS 10

struct gateway;

/* listen_fd must be non-blocking: several workers wait for the same one. */
struct gateway *gateway_create(int listen_fd);
struct gateway *gateway_create_cgi(void);
void gateway_destroy(struct gateway *g);

/*
 * Whether a request is there now; false also when another worker was quicker. Its parameters
 * are waited for no longer than GATEWAY_HEAD_SECONDS. For this, and for bodies, SIGALRM is taken.
 */
bool gateway_accept(struct gateway *g);
void gateway_end(struct gateway *g); /* ends the answer; the client may be gone by now */

/* A CGI variable, "" when it is not set. */
const char *gateway_param(struct gateway *g, const char *name);

/* Does secret_forget in the environment under CGI. */
void gateway_forget(struct gateway *g, const char *name);

/*
 * Appends the whole body, by `deadline` (clock_ms). -1: ERR_INVALID when it is shorter than
 * announced or stops coming for GATEWAY_SEND_SECONDS, ERR_TOO_LARGE, ERR_TIMEOUT.
 */
int gateway_read_body(struct gateway *g, struct buf *body, long long deadline, struct err *err);

/* Collects; gateway_flush sends. -1 when the client is gone. */
int gateway_write(struct gateway *g, const void *p, size_t n);
int gateway_flush(struct gateway *g);

/* What to poll to learn that the client left, and whether that poll says so. */
struct pollfd gateway_client(struct gateway *g);
bool gateway_client_left(const struct pollfd *client);

#endif
