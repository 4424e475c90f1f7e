/* Requests and events as short lines of text, for tests to compare. */
#ifndef SUPPORT_DESCRIBE_H
#define SUPPORT_DESCRIBE_H

#include "base/buf.h"
#include "wire/event.h"
#include "wire/request.h"

/*
 * `system TEXT` when there is some, then `user TEXT` and `assistant TEXT`, a line each; the
 * texts of one turn have | between them.
 */
void describe_request(struct buf *out, const struct request *req);

/*
 * One event, one line: `start MODEL`, `open text`, `text T`, `think T`, `close`,
 * `usage input/cache_read/cache_write/output/reasoning`, `stop end`, `fail KIND`.
 */
void describe_event(struct buf *out, const struct event *ev);

#endif
