/*
 * Which variables of this process a child gets: those that are named here and serve its login, its
 * way to the API or the choice of what its model names stand for. What would change a turn, the
 * protocol or what is written to disk is left out, and what would run code is never passed. The
 * manual page has the list with its reasons; tests/lint/manual compares the two.
 *
 * An environment is an array of NAME=value that ends with NULL. `more` is PROXY_PASS_ENV, a list
 * that environment_check finds no fault with.
 */
#ifndef CLAUDE_ENVIRONMENT_H
#define CLAUDE_ENVIRONMENT_H

#include "base/buf.h"

/*
 * Gives the environment of a child: the variables of `environment` that are on the list or in
 * `more`, then ours, which win. It is one block for free(); the strings are borrowed.
 */
const char **environment_make(char *const *environment, const char *more);

/*
 * Adds to `out` the names, never values, of variables that look meant for the CLI and that
 * environment_make leaves out: "A, B and 3 more". Adds nothing if there are none, and at most 600
 * bytes, letters, digits, _ and the words between alone.
 */
void environment_left_out(char *const *environment, const char *more, struct buf *out);

/*
 * Checks a list of names with commas between, or "". Adds a line to `faults` for each name that is
 * none or that no child may get, and returns -1 if there was one.
 */
int environment_check(const char *more, struct buf *faults);

/* Gives the value of a variable, borrowed from `environment`; NULL if it is not there. */
const char *environment_value(const char *const *environment, const char *name);

#endif
