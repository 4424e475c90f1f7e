/*
 * A conversation as the API takes it, out of what the client sent: turns that alternate, calls that
 * have their results, a last word of the user's.
 */
#ifndef TURN_SETTLE_H
#define TURN_SETTLE_H

#include "turn/request.h"

/*
 * What stands for a user's last turn that is missing or empty: OpenAI's API takes such a
 * conversation, Anthropic's does not.
 */
#define SETTLE_TOLD_CONTINUE                                                                       \
	"Continue your last message from exactly where it stopped, without repeating any of it."
#define SETTLE_TOLD_EMPTY "(The user sent an empty message.)"

/*
 * Makes the conversation of r, to which nothing is added any more, one that the API takes. Turns
 * that say nothing are dropped, and neighbours of one role become one turn: the CLI would join them
 * with line breaks of its own. In each turn the results of tools come first. A system text that
 * came alone becomes the user's turn, and a user's turn that is missing or empty is told. Calls are
 * paired with their results (calls.h). A request without tools offers those that its history calls.
 *
 * Returns -1, ERR_INVALID naming `param`, when nothing was sent, a turn is too long, or a call and
 * its result do not match.
 */
int settle_request(struct request *r, const char *param, struct err *err);

#endif
