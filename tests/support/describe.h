/* Requests and events as short lines of text, for tests to compare. */
#ifndef SUPPORT_DESCRIBE_H
#define SUPPORT_DESCRIBE_H

#include "base/buf.h"
#include "turn/event.h"
#include "turn/request.h"

/*
 * `system TEXT` when there is some, then `user PARTS` and `assistant PARTS`, a line each, with |
 * between the parts: a text as it is, `[image TYPE: DATA]`, `[image url: URL]`,
 * `[document TYPE named N: DATA]`, `[call ID ALIAS ARGUMENTS]`, `[thinking T signed S]`,
 * `[result ID: PARTS]` with + between those.
 */
void describe_request(struct buf *out, const struct request *req);

/*
 * A line each: `NAME as ALIAS SCHEMA`, `SPACE/NAME as ...`, `NAME as ALIAS custom
 * (DESCRIPTION) SCHEMA`, `... search SCHEMA`; then `choose auto`, `choose one NAME`, `choose any
 * once`.
 */
void describe_tools(struct buf *out, const struct tools *tools);

/*
 * One event, one line: `start MODEL`, `open text`, `open call NAME ID`, `text T`, `think T`,
 * `args JSON`, `sign S`, `close`, `usage input/cache_read/cache_write/output/reasoning`, `stop
 * end`, `fail KIND`.
 */
void describe_event(struct buf *out, const struct event *ev);

#endif
