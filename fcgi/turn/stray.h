/*
 * Moves results to where the API wants them, which is the turn after their calls' turn, and leaves
 * out calls and results that stand alone.
 *
 * A call of a function that stands alone is a client's mistake, which turn/calls.h refuses. Calls
 * and results of OpenAI's own tools are another matter: clients trim such items as they like, and
 * cannot mend what they did not make. Their parts have `item` set, the type of their item.
 */
#ifndef TURN_STRAY_H
#define TURN_STRAY_H

#include "turn/request.h"

/*
 * Does nothing and returns false unless a part of r has `item` set. Otherwise moves each result to
 * the turn after the call with the very same id, leaves out the parts with `item` that have no
 * counterpart, and notes each of their types as ignored, as `PARAM.ITEM`. The turns must alternate
 * before; afterwards some may be empty, or have neighbours of the same role.
 */
bool stray_settle(struct request *r, const char *param);

#endif
