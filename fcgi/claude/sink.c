#include "claude/sink.h"

void sink_emit(struct sink *s, struct event ev)
{
	if (sink_is_over(s))
		return;
	if (ev.kind == EVENT_STOP)
		s->state = SINK_STOPPED;
	s->emit(s->arg, &ev);
}

void sink_fail(struct sink *s, const struct err *err)
{
	struct event ev = {
		.kind = EVENT_FAIL,
		.fail = s->told.kind != ERR_NONE ? &s->told : err,
	};
	bool over = sink_is_over(s);

	s->state = SINK_FAILED;
	if (!over)
		s->emit(s->arg, &ev);
}
