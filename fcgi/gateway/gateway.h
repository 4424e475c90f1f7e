/*
 * One request and its answer as bytes, under FastCGI or plain CGI.
 *
 * Under FastCGI, gateway_create is called once, then gateway_accept and gateway_end for each
 * request. Under CGI, gateway_create_cgi is called and its one request is there at once.
 *
 * Reads and writes block. A FastCGI write fails after GATEWAY_SEND_SECONDS without progress, or
 * twice as long if a part of it went out. Once a write failed, the client counts as gone.
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

/* listen_fd must be non-blocking, as several workers wait for it. The caller owns the result. */
struct gateway *gateway_create(int listen_fd);
struct gateway *gateway_create_cgi(void);
void gateway_destroy(struct gateway *g);

/*
 * Accepts a request and reads its parameters, for which it waits at most GATEWAY_HEAD_SECONDS.
 * False: there is none, for instance because another worker was quicker. This function and
 * gateway_read_body use SIGALRM and the timer ITIMER_REAL.
 */
bool gateway_accept(struct gateway *g);
void gateway_end(struct gateway *g); /* ends the answer; the client may be gone by now */

/* The value of the request's CGI variable, "" when it is not set; valid until gateway_end. */
const char *gateway_param(struct gateway *g, const char *name);

/* Overwrites the value of the request's CGI variable and of its copies (base/secret.h). */
void gateway_forget(struct gateway *g, const char *name);

/*
 * Appends the whole body of the request to `body`. -1: ERR_INVALID when it is announced without
 * a length, ends early, or stops coming for GATEWAY_SEND_SECONDS; ERR_TOO_LARGE when it does not
 * fit into `body`; ERR_TIMEOUT when it is not there by `deadline` (clock_ms).
 */
int gateway_read_body(struct gateway *g, struct buf *body, long long deadline, struct err *err);

/* gateway_write collects bytes, and may send some; gateway_flush sends all. -1: client gone. */
int gateway_write(struct gateway *g, const void *p, size_t n);
int gateway_flush(struct gateway *g);

/* What to poll to learn that the client left: any event that the poll reports says so. */
struct pollfd gateway_client(struct gateway *g);

#endif
