/* How much memory this process may still take, as far as the kernel tells. */
#ifndef KEEPER_HEADROOM_H
#define KEEPER_HEADROOM_H

#include <stdbool.h>

/*
 * Whether so many MiB are free: on the machine (MemAvailable) and in the control groups
 * that limit us (version 2). True where the kernel tells nothing.
 */
bool headroom_has(unsigned long mib);

#endif
