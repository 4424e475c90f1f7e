/*
 * Makes what a client sent a conversation as the API takes it: its turns alternate, its calls have
 * their results, and its last turn is the user's.
 */
#ifndef TURN_SETTLE_H
#define TURN_SETTLE_H

#include "turn/request.h"

/*
 * The texts that stand for a user's last turn that is missing, and for one that is empty. OpenAI's
 * API takes such a conversation, Anthropic's does not.
 */
#define SETTLE_TOLD_CONTINUE                                                                       \
	"Continue your last message from exactly where it stopped, without repeating any of it."
#define SETTLE_TOLD_EMPTY "(The user sent an empty message.)"

/*
 * Makes the conversation of r, to which nothing is to be added any more, one that the API takes:
 * - turns that say nothing are dropped;
 * - neighbours of one role become one turn, which the CLI would join with line breaks of its own;
 * - in each turn the results of tools come first;
 * - a system text that came alone becomes the user's turn;
 * - a user's last turn that is missing or empty becomes one of the texts above;
 * - calls are paired with their results (turn/calls.h);
 * - a request without tools offers those that its history calls, but the model may call none.
 *
 * -1, ERR_INVALID naming `param`: nothing was sent, a turn has too many parts, the history calls
 * too many tools, or a call and its result do not match.
 */
int settle_request(struct request *r, const char *param, struct err *err);

#endif
