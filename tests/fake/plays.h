/*
 * The scenarios that have files of their own; scenarios.c has the others and the table.
 * Each gets its arguments, "" where there is none.
 */
#ifndef FAKE_PLAYS_H
#define FAKE_PLAYS_H

/* troubles.c: what the CLI says when the API refuses */
void do_error(const char **arg); /* STATUS|null TYPE [mid] */
void do_limit(const char **arg); /* SECONDS [mid] */

/* answers.c: answers of more than plain text */
void do_calls(const char **arg);  /* N | bare | unknown | words */
void do_think(const char **arg);  /* SIGNATURE */
void do_schema(const char **arg); /* [words|late|again|none|never] */
void do_pause(const char **arg);  /* PHASE [exit|error|told|result|on]; goes on at SIGUSR1 */

/* The plain answer, in the form that was asked for; a word, or a few letters, every pause. */
void demo(const char *text, long pause_us);

#endif
