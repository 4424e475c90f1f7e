/* Requests, made as clients make them: a body written with ' is parsed. */
#ifndef SUPPORT_ASK_H
#define SUPPORT_ASK_H

#include "claude/encode.h"
#include "wire/wire.h"

/* Both initialise *req, which the caller finishes. */
int ask_try(const struct wire *wire, struct request *req, const char *quoted, struct err *err);
void ask(const struct wire *wire, struct request *req, const char *quoted); /* must be taken */

/* The text of x_describe for a request or its tools, compared. */
void check_conversation(const char *name, const struct request *req, const char *want);
void check_tools(const char *name, const struct request *req, const char *want);

/* The names of what was noted as ignored, in their order, with spaces between. */
void check_ignored(const char *name, const struct request *req, const char *want);

/* Does what replay_next does, with the aliases of the tools that the request has by now. */
int tell_child(struct replay *r, unsigned acks, struct buf *out);

#endif
