/*
 * Whether a request was made on this machine, judged by what the web server and the client say.
 *
 * The peer's address alone does not tell: a reverse proxy on this machine makes all its
 * clients local, and a browser here can be made to fetch a page's own name from a loopback
 * address (DNS rebinding). So the name asked for must be a local one too.
 */
#ifndef BASE_LOOPBACK_H
#define BASE_LOOPBACK_H

#include <stdbool.h>

/* Whether the text is an address in 127.0.0.0/8, which IPv6 writes as ::ffff:127.0.0.1, or ::1. */
bool loopback_address(const char *address);

/*
 * Whether the value of a Host header is localhost or such an address (IPv6 in brackets), with or
 * without a port.
 */
bool loopback_host(const char *host);

#endif
