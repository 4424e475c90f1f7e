/*
 * Calls and results of a history that are not where the API wants them: a result in the turn
 * after its call's.
 *
 * A call of a function that stands alone is a client's mistake, which calls.h tells it. What
 * OpenAI's own tools did has `item` set, the type of the item it came in: clients trim such items
 * as they like, and no client can mend what it did not make.
 */
#ifndef TURN_STRAY_H
#define TURN_STRAY_H

#include "turn/request.h"

/*
 * If any part of r has `item` set: moves each result to the turn after the call with its very id,
 * and leaves out those parts with `item` that have no counterpart, which are noted as ignored,
 * each type once, as `PARAM.ITEM`. True when it did anything: turns may then be empty, or have
 * neighbours of the same role. The turns must alternate.
 */
bool stray_settle(struct request *r, const char *param);

#endif
