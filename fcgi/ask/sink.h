/* Where the events of an answer go. A sink that is all zero hears nothing. */
#ifndef ASK_SINK_H
#define ASK_SINK_H

#include <stdbool.h>

#include "turn/event.h"

/*
 * Each function may fill err: the rest of the answer is not wanted then, and of the events FAIL
 * alone still comes, with that err as its cause.
 */
struct ask_sink {
	/* Takes an event, which the answer holds already; or NULL. */
	void (*event)(void *arg, const struct event *ev, struct err *err);
	/* Sends what there is, after all that was read of the child; true if there was anything. */
	bool (*flush)(void *arg, struct err *err);
	/* Makes a sign of life, as nothing was sent for PROXY_HEARTBEAT_SECONDS. With flush. */
	void (*beat)(void *arg, struct err *err);
	void *arg;
};

#endif
