/*
 * A worker's talk with its child: writes the request as fast as the child takes it, feeds
 * what the child says to the decoder, and watches the client and the clock meanwhile.
 *
 * It returns when the decoder has emitted its terminal event. Whatever ends the talk early
 * becomes that event: the client left (ERR_GONE), the child ended (ERR_UPSTREAM), a
 * deadline passed (ERR_TIMEOUT), or `abandon` was filled in by the sink.
 */
#ifndef ASK_CONVERSE_H
#define ASK_CONVERSE_H

#include <stdbool.h>

#include "ask/asker.h"
#include "ask/sink.h"
#include "claude/decode.h"
#include "claude/encode.h"

/* How long the end of a turn is waited for: the CLI takes some 5 ms for its last line. */
#define CONVERSE_REST_MS 2000

struct converse {
	struct asker *asker; /* its lease must hold a child */
	struct waiter waiter;
	struct replay *replay;
	struct decode *decode;
	struct ask_sink sink; /* flush and beat alone are called: the decoder emits the events */
	bool greet_only;      /* return once the child is ready, with no event emitted */
	bool child_ended;     /* set when that is what ended the talk */
	bool all_told;        /* set when the child has taken all that was written for it */
	bool spoke;           /* set when the sink has sent anything */
	/* The talk ends when this is an error; NULL: no error is looked for. */
	struct err *abandon;
};

/* Talks until the decoder's turn is over, or with greet_only until the child is ready. */
void converse(struct converse *c);

/*
 * Reads, after converse, what the child has still to say, for CONVERSE_REST_MS at most. Returns
 * what the child does now (claude/decode.h).
 */
enum decode_rest converse_rest(struct converse *c);

#endif
