/* The API key that a request brings, in a header that its format has for it (wire/wire.h). */
#ifndef SERVE_CREDENTIAL_H
#define SERVE_CREDENTIAL_H

#include "serve/exchange.h"

struct wire;

/*
 * Sets x->key to the key that the client sent, and overwrites what it sent. The key is looked for
 * in the headers of the format, or in those of all formats if that is NULL. -1: x->err, ERR_KEY.
 */
int credential_check(struct exchange *x, const struct wire *format);

/*
 * Whether the request has a header in which any format may carry a key, be it a right one or not.
 */
bool credential_is_brought(struct exchange *x);

/* Overwrites in a CGI environment the headers in which any format may carry a key. */
void credential_forget(char *const *environment);

#endif
