/* Formats, driven as a worker drives one: each event is folded into the answer, then written. */
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

/* What is said in one format. */
struct voice {
	struct wire_out out;
	struct buf frames;
};

/*
 * An answer in each format of wires[], in their order, with room for `max` bytes of frames in
 * each. End them with drive_finish_all.
 */
struct voice *drive_begin_all(const struct request *req, size_t max);
void drive_event_all(struct voice *voices, const struct event *ev);
void drive_finish_all(struct voice *voices);

#endif
