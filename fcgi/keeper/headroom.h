/* Headroom is the memory that may still be taken before it runs out. */
#ifndef KEEPER_HEADROOM_H
#define KEEPER_HEADROOM_H

#include <stdbool.h>

/*
 * Whether `mib` MiB are free, both on the machine (MemAvailable) and in every control group
 * (version 2) whose limit counts for this process. Where the kernel does not tell, they are.
 */
bool headroom_has(unsigned long mib);

#endif
