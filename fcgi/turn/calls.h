/*
 * Pairs the tool calls of a history with their results, and gives each pair an id for the API.
 */
#ifndef TURN_CALLS_H
#define TURN_CALLS_H

#include "turn/request.h"

/*
 * Pairs the calls of each turn with the results in the next turn, first by the ids that the client
 * wrote. What is left over is paired by the letters and digits of its ids, in their order, because
 * clients rewrite the rest of an id.
 *
 * Gives each pair an id that the API takes and that no other pair of the conversation has. When
 * turns are added to a conversation, the ids in the turns before stay the same.
 *
 * -1, ERR_INVALID naming `param`: a call or a result stands alone, or an id stands twice in a turn.
 */
int calls_settle(struct request *r, const char *param, struct err *err);

#endif
