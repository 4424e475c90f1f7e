/*
 * Whether the CLI is told to find its API where this program answers, so that a request would come
 * back as one more request and never end.
 *
 * What is known of our own address: under FastCGI that the nginx of scripts/start and of a user's
 * units listens on this machine at PORT, or 8080; under CGI what the web server says of the request
 * that is to be served. Any other web server's name and port are not known at the start.
 */
#ifndef CLAUDE_LOOP_H
#define CLAUDE_LOOP_H

#include "base/buf.h"

/*
 * Adds a line to `faults` for each variable of `child`, a child's environment, that is the URL of
 * an API (ANTHROPIC_BASE_URL and its like for the clouds) and leads to this program, whose own
 * environment is `environment`. Returns -1 if there was one. The line has no byte of a value.
 */
int loop_check(const char *const *child, char *const *environment, struct buf *faults);

#endif
