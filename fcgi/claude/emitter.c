#include "claude/emitter.h"

void emitter_emit(struct emitter *s, struct event ev)
{
	if (emitter_is_over(s))
		return;
	if (ev.kind == EVENT_STOP)
		s->state = EMITTER_STOPPED;
	s->emit(s->arg, &ev);
}

void emitter_fail(struct emitter *s, const struct err *err)
{
	struct event ev = {
		.kind = EVENT_FAIL,
		.fail = s->told.kind != ERR_NONE ? &s->told : err,
	};
	bool over = emitter_is_over(s);

	s->state = EMITTER_FAILED;
	if (!over)
		s->emit(s->arg, &ev);
}
