/*
 * The models that the installed CLI offers, once one child has told: kept in memory that
 * all workers of a keeper share, written once by the first worker that learns them.
 */
#ifndef CLAUDE_CATALOG_H
#define CLAUDE_CATALOG_H

#include <stdbool.h>

#include "claude/model.h"

struct catalog;

/* Before the workers are forked. Never NULL; lives as long as the processes. */
struct catalog *catalog_create(void);
void catalog_destroy(struct catalog *c);

/* NULL until the models are known. */
const struct model_list *catalog_models(const struct catalog *c);

/* The first list that is not empty stays. */
void catalog_learn(struct catalog *c, const struct model_list *models);

#endif
