/*
 * Clients, one of each format: what they know of it, told by the tests and not by the format.
 * A format has its own in client_NAME.c and a row in client.c.
 */
#ifndef SUPPORT_CLIENT_H
#define SUPPORT_CLIENT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/json.h"

struct wire;

/* What a stream says. */
struct client_sum {
	struct buf text, thinking,
		arguments; /* of all blocks; the arguments are those of functions */
	size_t n;          /* how many events came before */
	bool ended, failed;
};

struct client {
	const char *name; /* of the format */
	bool named;       /* an event of a stream has its "type" on a line of its own, too */

	/*
	 * Checks the numbers of a stream's events (the data of each, as frames_read has them) and
	 * takes them out, so that expectations need not have them. NULL: they have none.
	 */
	void (*take_numbers)(cJSON *frames);

	/* Checks that what a stream says, added up, is the whole answer, and says it in no other
	 * way. */
	void (*check_fold)(const cJSON *frames, cJSON *object);

	/*
	 * Adds one event of a stream to the sum; `event` is the name of its event line, "" without.
	 * Checks what the format promises of each.
	 */
	void (*add)(struct client_sum *sum, const char *event, const char *data);
	/* What other tools than functions are called with comes in the same deltas as arguments. */
	bool calls_alike;

	const char *mark;  /* the member of a whole answer that says what it is, a string */
	const char *turns; /* the member of a request that is the list of its turns */
	const char *body;  /* the shortest request, written with ', less its last brace */
	/*
	 * A request, written with ', less the "]}" behind its turns. Its tools are CLIENT_FUNCTION
	 * and g, a function without parameters.
	 */
	const char *conversation;
	cJSON *(*take_answer)(
		cJSON *object); /* what of a whole answer goes into the next request */
	/* Puts that there, and the text as the result of each of its calls. Returns how many. */
	int (*send_back)(cJSON *turns, const cJSON *answer, const char *text);
};

/* A function as JSON has it, written with ': name, description, parameters. */
#define CLIENT_FUNCTION                                                                            \
	"'name':'f.x','description':'d','parameters':{'type':'object','properties':{'a':{"         \
	"'type':'string'},'$b':{'properties':{'c d':{}}}}}"

extern const struct client client_chat;
extern const struct client client_responses;

/* The format's client. The test fails when it has none. */
const struct client *client_of(const struct wire *wire);

/* Appends the object's string member, where it is there. */
void client_add_string(struct buf *out, const cJSON *object, const char *member);

/* Puts `more` behind the object's string member, which may be absent or null until then. */
void client_append(cJSON *object, const char *member, const char *more);

/* Adds an object with one string member to the list. */
cJSON *client_add_object(cJSON *list, const char *member, const char *value);

/* Sets the object's member to a copy of the value. */
void client_put(cJSON *object, const char *member, const cJSON *value);

#endif
