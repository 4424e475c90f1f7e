/*
 * What a client asks for, in no format's words: every parser in wire/ fills one,
 * claude/encode.h writes it to a child. A request owns its strings. Text holds no NUL: json.h
 * has U+FFFD for it.
 */
#ifndef TURN_REQUEST_H
#define TURN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "turn/ignored.h"
#include "turn/tool.h"
#include "turn/turn.h"

#define REQUEST_MAX_STOPS 4

/* clang-format off */
enum effort {
	EFFORT_DEFAULT, EFFORT_NONE, EFFORT_LOW, EFFORT_MEDIUM, EFFORT_HIGH, EFFORT_XHIGH, EFFORT_MAX
};
/* clang-format on */

struct request {
	char *model; /* as the client wrote it, "" when it did not */
	bool stream;
	bool include_usage;       /* chat: the usage chunk at the end of a stream */
	bool wants_function_call; /* chat: the one call as function_call, not in tool_calls */

	struct buf system; /* system and developer texts in order, a blank line between */
	struct turn *turns;
	size_t n_turns;
	bool left_out; /* items of the conversation were, and are ignored */
	struct tools tools;
	char *schema;             /* of the answer, JSON; NULL: free text */
	const char *schema_param; /* the parameter it came in */
	unsigned long max_tokens; /* 0: no limit of the client's */
	char *stops[REQUEST_MAX_STOPS];
	size_t n_stops;
	enum effort effort;
	double temperature; /* below 0: not said */
	double top_p;
	bool wants_summary;   /* Responses: thinking as reasoning items */
	bool wants_signature; /* Responses: what sends the thinking back */
	char *echo;           /* Responses: members of the answer that repeat the request, JSON */
	struct ignored ignored;
};

void request_init(struct request *r);
void request_finish(struct request *r); /* frees; twice is fine */

int request_add_system(struct request *r, const char *text, struct err *err);
struct turn *request_add_turn(struct request *r, enum role role); /* valid until the next add */

/* Whether the model is to think: temperature, top_p and a forced tool need it not to. */
bool request_thinks(const struct request *r);

#endif
