/*
 * What a child leaves behind. A process that has left its group and session survives the
 * child's end, even by SIGKILL; it then becomes a child of its nearest ancestor that is a
 * subreaper, and nobody's else can it be.
 */
#ifndef KEEPER_ORPHANS_H
#define KEEPER_ORPHANS_H

#include <stdbool.h>
#include <sys/types.h>

/* From now on orphans come to this process. */
void orphans_adopt(void);

/* Kills every child of this process that is not `known`; they are reaped like others. */
void orphans_kill(bool (*known)(const void *arg, pid_t pid), const void *arg);

#endif
