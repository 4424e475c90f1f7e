/*
 * What is known of the installed CLI, as its children told it last: kept in memory that all
 * workers of a keeper share.
 *
 * There is no lock. A checksum stands beside what is kept: if two workers wrote at once, or one was
 * killed while it did, the checksum is wrong, and nothing counts as known until the next child
 * tells.
 */
#ifndef ASK_CATALOG_H
#define ASK_CATALOG_H

#include "claude/about.h"

struct catalog;

/* To be called before the workers are forked. Never NULL; lives as long as the processes. */
struct catalog *catalog_create(void);
void catalog_destroy(struct catalog *c);

/* Keeps what `about` knows in place of what was known of the same before (about_merge). */
void catalog_learn(struct catalog *c, const struct about *about);

/* Fills *about with all that is known, which may be nothing. */
void catalog_tell(const struct catalog *c, struct about *about);

#endif
