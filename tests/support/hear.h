/* A decoder, fed with lines of the CLI that are written with ', and what it emitted. */
#ifndef SUPPORT_HEAR_H
#define SUPPORT_HEAR_H

#include "claude/decode.h"
#include "support/grammar.h"

struct heard {
	struct decode decode;
	struct grammar grammar;
	struct buf events; /* as describe_event writes them */
	struct err fail;   /* kind ERR_NONE unless FAIL came */
};

/* `request` NULL: one without tools and schema. Ended by hear_drop or hear_end. */
struct heard *hear_begin(const struct request *request);
void hear_drop(struct heard *h);

void hear_lines(struct heard *h, const char *quoted);

/* The child ended with the turn unfinished: ERR_TIMEOUT, "The caller's own reason." */
void hear_death(struct heard *h);

/* Compares the events; the turn must be a whole one. Then ends h. */
void hear_end(struct heard *h, const char *events);

/* Lines with a few bytes changed, many times: whatever they mean, the events keep the grammar. */
void hear_damaged(const struct request *request, const char *quoted);

struct hear_row {
	const char *lines, *events;
};

/* The events of the lines, all of them in their places, whether or not they end the turn. */
void hear_row(const struct request *request, const struct hear_row *row);

#define HEAR_ROWS(request, rows)                                                                   \
	for (size_t i_ = 0; i_ < ARRAY_LEN(rows); i_++)                                            \
	hear_row(request, &(rows)[i_])

#endif
