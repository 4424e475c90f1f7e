/*
 * What is known of the installed CLI, as its children told it: kept in memory that all
 * workers of a keeper share. The models are written once, by the first worker that learns
 * them; version and login are those told last.
 */
#ifndef CLAUDE_CATALOG_H
#define CLAUDE_CATALOG_H

#include <stdbool.h>

#include "claude/about.h"

struct catalog;

/* Before the workers are forked. Never NULL; lives as long as the processes. */
struct catalog *catalog_create(void);
void catalog_destroy(struct catalog *c);

/* NULL until the models are known. */
const struct model_list *catalog_models(const struct catalog *c);

/* Takes what is known in it; of the models the first list that is not empty stays. */
void catalog_learn(struct catalog *c, const struct about *about);

/* All that is known; the models are those of catalog_models. */
void catalog_tell(const struct catalog *c, struct about *about);

#endif
