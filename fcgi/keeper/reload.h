/*
 * Gives the workers new API keys. A worker has those that were there when it was started, so the
 * file of keys is read again here and the workers are replaced.
 */
#ifndef KEEPER_RELOAD_H
#define KEEPER_RELOAD_H

#include "config/config.h"
#include "keeper/borrower.h"
#include "keeper/slot.h"

/*
 * Reads the configuration's file of keys again, if it has one. If that goes well, `keys` are the
 * new ones and the workers in the n slots are stale. Otherwise all stays as it was. The log says
 * how it went.
 */
void reload_keys(struct api_keys *keys, const struct config *cfg, struct slot *slots, size_t n);

/*
 * Tells stale workers to leave, so that new ones are started in their slots. borrowers[i] is the
 * worker in slots[i]. Workers that serve a request are told at once: they would take no other in
 * any case. Of those that do not, one at a time is told, and the next when it has left or half a
 * second has passed, as it may have just begun to read a request. The time (clock_ms) when this
 * has to be called again at the latest, or -1.
 */
long long reload_replace(struct slot *slots, const struct borrower *borrowers, size_t n);

#endif
