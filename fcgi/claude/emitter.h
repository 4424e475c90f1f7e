/* Where the events of a turn go: exactly one that is terminal, and none after it. */
#ifndef CLAUDE_EMITTER_H
#define CLAUDE_EMITTER_H

#include <stdbool.h>

#include "base/err.h"
#include "turn/event.h"

enum emitter_state {
	EMITTER_OPEN,    /* no terminal event is out */
	EMITTER_STOPPED, /* STOP is out */
	EMITTER_FAILED /* something failed, before STOP was out, which made FAIL of it, or after */
};

struct emitter {
	event_fn *emit;
	void *arg;
	enum emitter_state state;
	struct err told; /* what the CLI said of an error, which says more than whatever failed */
};

static inline bool emitter_is_over(const struct emitter *e)
{
	return e->state != EMITTER_OPEN;
}

/* Emits ev, which is no FAIL, unless a terminal event is out. */
void emitter_emit(struct emitter *e, struct event ev);

/* Ends the turn with FAIL because of what the CLI told or, if it told nothing, of err. */
void emitter_fail(struct emitter *e, const struct err *err);

#define EMITTER_FAIL(e, kind, ...)                                                                 \
	do {                                                                                       \
		struct err fail_;                                                                  \
                                                                                                   \
		err_set(&fail_, kind, __VA_ARGS__);                                                \
		emitter_fail(e, &fail_);                                                           \
	} while (0)

#endif
