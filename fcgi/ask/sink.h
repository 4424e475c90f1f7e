/* Where the events of an answer go. A sink that is all zero hears nothing. */
#ifndef ASK_SINK_H
#define ASK_SINK_H

#include <stdbool.h>

#include "turn/event.h"

/*
 * A function fills err to say that the rest of the answer is not wanted. Only one event comes after
 * that: a FAIL with that err.
 */
struct ask_sink {
	/* Takes an event, which the answer holds already; or NULL. */
	void (*event)(void *arg, const struct event *ev, struct err *err);
	/*
	 * Sends what the events have come to; true if there was anything to send. It is called
	 * after the events of each read of the child.
	 */
	bool (*flush)(void *arg, struct err *err);
	/*
	 * Makes a sign of life, which flush then sends, because nothing was sent for
	 * PROXY_HEARTBEAT_SECONDS. NULL if flush is.
	 */
	void (*beat)(void *arg, struct err *err);
	void *arg;
};

#endif
