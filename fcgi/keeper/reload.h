/* New API keys for the workers, which have those that were there when they were started. */
#ifndef KEEPER_RELOAD_H
#define KEEPER_RELOAD_H

#include "config/config.h"
#include "keeper/borrower.h"
#include "keeper/slot.h"

/*
 * Reads the configuration's file of keys again, if it names one. If that goes well, `keys` are
 * the new ones and every worker in the n slots is stale; else all stays as it was, and the log
 * says why.
 */
void reload_keys(struct api_keys *keys, const struct config *cfg, struct slot *slots, size_t n);

/*
 * Tells stale workers to leave, so that others take their place. One that serves a request takes
 * no other in any case; of those that could, one at a time goes. The next does not wait for
 * long, should that one have just begun to read a request. borrowers[i] is the worker in
 * slots[i]. The time (clock_ms) when this is to be called again at the latest, or -1.
 */
long long reload_replace(struct slot *slots, const struct borrower *borrowers, size_t n);

#endif
