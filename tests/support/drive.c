#include "support/drive.h"

#include <stdlib.h>

#include "support/check.h"

struct wire_out drive_begin(const struct request *req)
{
	return (struct wire_out){
		.request = req,
		.id = DRIVE_ID,
		.created = DRIVE_CREATED,
		.model = DRIVE_MODEL,
	};
}

void drive_event(
	const struct wire *wire, struct wire_out *o, const struct event *ev, struct buf *frames)
{
	struct err err = {0};

	check(answer_add(&o->answer, ev, &err) == 0, "%s: %s", wire->name, err.message);
	check(wire->stream(o, ev, frames) == 0, "%s: the frames do not fit", wire->name);
}

struct voice *drive_begin_all(const struct request *req, size_t max)
{
	struct voice *voices = mem_alloc(wires_n * sizeof(*voices));

	for (size_t i = 0; i < wires_n; i++) {
		voices[i].out = drive_begin(req);
		buf_init(&voices[i].frames, max);
	}
	return voices;
}

void drive_event_all(struct voice *voices, const struct event *ev)
{
	for (size_t i = 0; i < wires_n; i++)
		drive_event(wires[i], &voices[i].out, ev, &voices[i].frames);
}

void drive_finish_all(struct voice *voices)
{
	for (size_t i = 0; i < wires_n; i++) {
		wire_out_finish(&voices[i].out);
		buf_finish(&voices[i].frames);
	}
	free(voices);
}
