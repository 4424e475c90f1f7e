/* Where the events of a turn go: exactly one that is terminal, and none after it. */
#ifndef CLAUDE_SINK_H
#define CLAUDE_SINK_H

#include <stdbool.h>

#include "base/err.h"
#include "turn/event.h"

enum sink_state {
	SINK_OPEN,    /* no terminal event is out */
	SINK_STOPPED, /* STOP is out */
	SINK_FAILED   /* something failed, before STOP was out, which made FAIL of it, or after */
};

struct sink {
	event_fn *emit;
	void *arg;
	enum sink_state state;
	struct err told; /* what the CLI said of an error, which says more than whatever failed */
};

static inline bool sink_is_over(const struct sink *s)
{
	return s->state != SINK_OPEN;
}

/* Emits ev, which is no FAIL, unless a terminal event is out. */
void sink_emit(struct sink *s, struct event ev);

/* Ends the turn with FAIL because of what the CLI told or, if it told nothing, of err. */
void sink_fail(struct sink *s, const struct err *err);

#define SINK_FAIL(s, kind, ...)                                                                    \
	do {                                                                                       \
		struct err fail_;                                                                  \
                                                                                                   \
		err_set(&fail_, kind, __VA_ARGS__);                                                \
		sink_fail(s, &fail_);                                                              \
	} while (0)

#endif
