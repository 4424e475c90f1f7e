/*
 * One question to a child, whoever asks it: a request in, the events of its answer out. It knows
 * no HTTP and no format.
 *
 * Steps: fill in the members that are the caller's, the rest zero; ask_answer; tell whoever waits
 * that this was all; ask_keep or ask_drop; ask_finish.
 */
#ifndef ASK_ASK_H
#define ASK_ASK_H

#include "ask/asker.h"
#include "ask/converse.h"
#include "ask/sink.h"
#include "turn/answer.h"

struct ask {
	/* The caller's; what is borrowed must live until ask_finish. */
	struct asker *asker;
	const struct request *request; /* borrowed */
	const char *model;             /* borrowed; of models_resolve */
	const unsigned char *owner;    /* borrowed; FINGERPRINT_SIZE bytes: whose request it is */
	unsigned limit;                /* requests the owner may have running; 0: any number */
	struct waiter waiter;
	struct ask_sink sink;
	struct answer *answer; /* borrowed, zero at first: what was answered so far */

	/* What became of it. */
	const char *lease;  /* how the child came to it, a constant; NULL without one */
	long long first_at; /* clock_ms: when the model began its answer; 0 before */
	struct usage usage;

	/* Its own. */
	bool promised;          /* the child will be kept for the conversation */
	struct handoff handoff; /* of a continued child */
	struct err *err;        /* ask_answer's */
	struct err abandon;     /* why the rest of the answer is not wanted */
	struct decode decode;
	struct replay replay;
	struct converse talk;
};

/*
 * Has the request answered by the child that was kept for the conversation, else by another one.
 * The sink gets the events. Before it gets STOP or FAIL, the request stops counting as one of the
 * owner's that run. -1: err says why, and the sink got a FAIL unless no child could be had.
 */
int ask_answer(struct ask *a, struct err *err);

/*
 * Reads what the child has still to say, for CONVERSE_REST_MS at most. Then keeps it for the next
 * turn of the conversation if it waits for one, else ends it. Does nothing without a child.
 */
void ask_keep(struct ask *a);

/* Ends the child. Does nothing without one. */
void ask_drop(struct ask *a);

void ask_finish(struct ask *a); /* frees what is its own; does nothing the second time */

#endif
