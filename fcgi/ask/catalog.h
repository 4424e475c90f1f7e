/*
 * What is known of the installed CLI, as its children told it last: kept in memory that all
 * workers of a keeper share.
 *
 * Nobody waits for anybody. What is kept has a checksum beside it: when two workers wrote at once,
 * or one was killed while it did, the checksum is wrong, and nothing counts as known until the next
 * child tells.
 */
#ifndef ASK_CATALOG_H
#define ASK_CATALOG_H

#include "claude/about.h"

struct catalog;

/* Before the workers are forked. Never NULL; lives as long as the processes. */
struct catalog *catalog_create(void);
void catalog_destroy(struct catalog *c);

/* Puts what is known in `about` over what is known already (about_merge). */
void catalog_learn(struct catalog *c, const struct about *about);

/* Fills about with all that is known; with nothing, if nothing is. */
void catalog_tell(const struct catalog *c, struct about *about);

#endif
