/* A format, driven as a worker drives it: each event is folded into the answer, then written. */
#ifndef SUPPORT_DRIVE_H
#define SUPPORT_DRIVE_H

#include "wire/wire.h"

#define DRIVE_ID      "0123456789abcdefghijklmn"
#define DRIVE_CREATED 1700000000
#define DRIVE_MODEL   "asked"

/* An answer to `req` under that id, by DRIVE_MODEL until START. End it with wire_out_finish. */
struct wire_out drive_begin(const struct request *req);

/* Appends the frames of one event. */
void drive_event(
	const struct wire *wire, struct wire_out *o, const struct event *ev, struct buf *frames);

#endif
