/*
 * Orphans are processes that a child has started and that outlive it: those that have left its
 * process group and session, so that killing the group does not reach them. The kernel makes an
 * orphan a child of its nearest ancestor that is a subreaper.
 */
#ifndef KEEPER_ORPHANS_H
#define KEEPER_ORPHANS_H

#include <stdbool.h>
#include <sys/types.h>

/* Makes this process a subreaper, so that orphans become its children. */
void orphans_adopt(void);

/*
 * Kills every child of this process for which `known` returns false, and logs its pid. The
 * caller reaps them like other children.
 */
void orphans_kill(bool (*known)(const void *arg, pid_t pid), const void *arg);

#endif
