#include "claude/emitter.h"

void emitter_emit(struct emitter *e, struct event ev)
{
	if (emitter_is_over(e))
		return;
	if (ev.kind == EVENT_STOP)
		e->state = EMITTER_STOPPED;
	e->emit(e->arg, &ev);
}

void emitter_fail(struct emitter *e, const struct err *err)
{
	struct event ev = {
		.kind = EVENT_FAIL,
		.fail = e->told.kind != ERR_NONE ? &e->told : err,
	};
	bool over = emitter_is_over(e);

	e->state = EMITTER_FAILED;
	if (!over)
		e->emit(e->arg, &ev);
}
