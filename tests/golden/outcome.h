/*
 * What becomes of one recorded child: its bytes are decoded once, every event goes to all
 * formats, streamed as to a client that asked for the usage too.
 */
#ifndef GOLDEN_OUTCOME_H
#define GOLDEN_OUTCOME_H

#include "claude/decode.h"
#include "support/drive.h"
#include "support/grammar.h"

struct outcome {
	struct decode decode;
	struct grammar grammar;
	struct err fail; /* kind ERR_NONE unless FAIL came */
	struct voice *voices;
};

/* *o stays where it is until outcome_finish, `request` too. */
void outcome_begin(struct outcome *o, const struct request *request);
void outcome_feed(struct outcome *o, const char *bytes, size_t n);
void outcome_finish(struct outcome *o);

/* The child ended: the turn does too, if it had not. */
void outcome_end(struct outcome *o);

/* Whether a client got the same bytes of both in every format, and the children rest alike. */
bool outcome_same(const struct outcome *a, const struct outcome *b);

#endif
