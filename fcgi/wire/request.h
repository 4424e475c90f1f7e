/*
 * What a client asks for, in no format's words: every parser in wire/ fills one,
 * claude/encode.h writes it to a child.
 *
 * A request owns its strings. Text holds no NUL (json.h refuses it).
 */
#ifndef WIRE_REQUEST_H
#define WIRE_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

enum role { ROLE_USER, ROLE_ASSISTANT };

struct turn {
	enum role role;
	char **texts; /* one per text part, none of them blank */
	size_t n_texts;
};

struct request {
	char *model; /* as the client wrote it, "" when it did not */
	bool stream;
	bool include_usage; /* chat: the usage chunk at the end of a stream */

	struct buf system; /* system and developer texts in order, a blank line between */
	struct turn *turns;
	size_t n_turns;

	/* Responses: what the answer echoes. */
	char *instructions; /* or NULL */
	char *metadata;     /* a JSON object, or NULL */
};

void request_init(struct request *r);
void request_finish(struct request *r); /* frees; twice is fine */

int request_add_system(struct request *r, const char *text, struct err *err);
struct turn *request_add_turn(struct request *r, enum role role); /* valid until the next add */
void turn_add_text(struct turn *t, const char *text);             /* a blank text is left out */

/*
 * After the last add: drops turns that say nothing, makes neighbours of one role one
 * turn (the CLI would, with line breaks of its own between), and makes the system text
 * the user's turn when nothing else was sent (Anthropic's API wants one, OpenAI's does
 * not). -1, ERR_INVALID naming `param`, when no user turn stands last.
 */
int request_settle(struct request *r, const char *param, struct err *err);

#endif
