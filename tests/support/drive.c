#include "support/drive.h"

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
