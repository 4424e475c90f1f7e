/* The API key that a request brings, in a header that its format has for it (wire/wire.h). */
#ifndef SERVE_CREDENTIAL_H
#define SERVE_CREDENTIAL_H

#include "serve/exchange.h"

struct wire;

/*
 * Sets x->key to the key that the client sent, and overwrites what it sent. The headers that
 * count are those of the format; NULL: those of all formats. -1: x->err, ERR_KEY.
 */
int credential_check(struct exchange *x, const struct wire *format);

/* Whether a header of any format is set that may carry a key, right or wrong. */
bool credential_is_brought(struct exchange *x);

/* Overwrites in a CGI environment what any format may carry a key in (base/secret.h). */
void credential_forget(char *const *environment);

#endif
