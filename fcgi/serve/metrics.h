/*
 * Counters that all workers of a keeper share, and that outlive each of them.
 *
 * A pointer may be NULL, as under CGI, where nobody would read them: nothing is counted then.
 */
#ifndef SERVE_METRICS_H
#define SERVE_METRICS_H

#include "serve/exposition.h"
#include "serve/outcome.h"

struct metrics;

/* To be called before the workers are forked. Never NULL; lives as long as the processes. */
struct metrics *metrics_create(void);
void metrics_destroy(struct metrics *m);

void metrics_count(struct metrics *m, const struct outcome *o);
void metrics_beat(struct metrics *m); /* a sign of life was sent */

/* Fills *counts with numbers each of which was true at some moment, though not all at the same. */
void metrics_read(const struct metrics *m, struct counts *counts);

#endif
