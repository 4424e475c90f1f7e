/*
 * From the environment to a running program.
 *
 * start_prepare reads and checks everything that is fixed for the life of the process;
 * its faults go to stderr, one line each. start_finish accepts what failed half-way.
 */
#ifndef START_H
#define START_H

#include <limits.h>
#include <stdbool.h>

#include "config/config.h"
#include "keeper/child.h"

struct start {
	struct config cfg;
	struct child_spec spec;
	char bin[PATH_MAX];
	char cwd[PATH_MAX];
	const char **argv, **env; /* what spec points to */
	long long installed_at;   /* Unix seconds: the CLI's file */
};

/* -1 when there was a fault. */
int start_prepare(struct start *s);
void start_finish(struct start *s);

/* Each an exit status. */
int start_check(struct start *s);   /* -t: also asks the CLI for its version */
int start_fastcgi(struct start *s); /* on the socket that it was started with */
int start_cgi(void);                /* prepares by itself: a fault must be answered in HTTP */

bool start_is_fastcgi(void);
bool start_is_cgi(void);

#endif
