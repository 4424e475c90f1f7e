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

/* The CLI takes some 5 ms for the last line of a turn. */
#define CONVERSE_REST_MS 2000

struct converse {
	const struct config *cfg;
	struct lease *lease; /* holding a child */
	struct waiter waiter;
	struct replay *replay;
	struct decode *decode;
	struct ask_sink sink; /* of it, flush and beat; events are the decoder's to emit */
	bool greet_only;      /* return once the child is ready, with no event emitted */
	bool child_ended;     /* set when that is what ended the talk */
	bool all_told;        /* set when the child has taken all that was written for it */
	bool spoke;           /* set when the sink has sent anything */
	struct err
		*abandon; /* a kind other than ERR_NONE in it ends the talk; NULL: nothing does */
};

void converse(struct converse *c);

/* After it: reads what the child has still to say, for CONVERSE_REST_MS at most. */
enum decode_rest converse_rest(struct converse *c);

#endif
