/* Content in the places where it may stand: a user's turn, a tool's result, the system text. */
#ifndef SUPPORT_PARTS_H
#define SUPPORT_PARTS_H

#include "turn/request.h"

enum where { TURN, RESULT, SYSTEM };

/* Content written with ', which stands at `here`: the request it makes, as describe.h has it. */
void check_taken(enum where where, const char *content, const char *want);

/* The same: the parameter that the error names. */
void check_refused(enum where where, const char *content, const char *param);

#endif
