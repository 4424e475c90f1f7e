/*
 * What a client asks for, in no format's words: every parser in wire/ fills a request, and
 * claude/encode.h writes it to a child. A request owns what it points to, but for constants. A
 * text has no NUL, as base/json.h puts U+FFFD in its place.
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
	bool left_out; /* items of the conversation were left out, and noted as ignored */
	struct tools tools;
	char *schema;             /* of the answer, as JSON; NULL: the answer is free text */
	const char *schema_param; /* the parameter that the schema came in, a constant */
	unsigned long max_tokens; /* 0: no limit of the client's */
	char *stops[REQUEST_MAX_STOPS];
	size_t n_stops;
	enum effort effort;
	double temperature; /* below 0: not said */
	double top_p;
	bool wants_summary;   /* Responses: the answer shows the thinking */
	bool wants_signature; /* Responses: the answer has what a client sends thinking back with */
	char *echo;           /* Responses: members of the answer that repeat the request, JSON */
	struct ignored ignored;
};

void request_init(struct request *r);   /* makes an empty request */
void request_finish(struct request *r); /* frees what r has and makes it zero, which it may be */

/* Appends a copy of the text to the system text, unless it is blank. -1: ERR_TOO_LARGE. */
int request_add_system(struct request *r, const char *text, struct err *err);

/* Appends an empty turn, which stays where it is until the next one is added. */
struct turn *request_add_turn(struct request *r, enum role role);

/*
 * Whether the model is to think. The API takes temperature and top_p, and forces the call of a
 * tool, only when it does not.
 */
bool request_thinks(const struct request *r);

#endif
