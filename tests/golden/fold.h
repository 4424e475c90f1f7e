/* What clients make of a stream: its pieces added up, with nothing else to go by. */
#ifndef GOLDEN_FOLD_H
#define GOLDEN_FOLD_H

#include "base/json.h"

/* {message, finish_reason, usage}. The caller deletes. */
cJSON *fold_chat(const cJSON *frames);

/* The output items; each was what its own events add up to. The caller deletes. */
cJSON *fold_responses(const cJSON *frames);

#endif
