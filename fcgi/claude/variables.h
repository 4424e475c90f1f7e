/*
 * The names by which environment.c decides what a child gets. In each list an entry is a name, or
 * the beginning of names where a star ends it, and the last one is NULL.
 */
#ifndef CLAUDE_VARIABLES_H
#define CLAUDE_VARIABLES_H

extern const char *const variables_always[];

/* The logins of the clouds' own tools, which a child gets where the CLI is to use that cloud. */
extern const char *const variables_of_aws[];
extern const char *const variables_of_google[];
extern const char *const variables_of_azure[];

/* What this program reads itself, and what else no child gets, not even by PROXY_PASS_ENV. */
extern const char *const variables_own[];
extern const char *const variables_denied[];

/* NAME=value that every child gets, whatever the environment has by that name; no stars. */
extern const char *const variables_fixed[];

#endif
