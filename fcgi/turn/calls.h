/*
 * Tool calls of a history and their results: which belong together, and by which id the API
 * is told so.
 */
#ifndef TURN_CALLS_H
#define TURN_CALLS_H

#include "turn/request.h"

/*
 * Pairs the calls of each turn with the results in the turn after it: by the id that the
 * client wrote or, where that has none, by its letters and digits, in their order, because
 * clients rewrite the rest. Gives each pair an id that the API takes and that no other pair of
 * the conversation has; adding turns to a conversation leaves those before as they were. -1,
 * ERR_INVALID naming `param`, for a call or a result that stands alone, or an id that stands
 * twice in one turn.
 */
int calls_settle(struct request *r, const char *param, struct err *err);

#endif
