/*
 * The scenarios that have files of their own; scenarios.c has the others and the table.
 * Each gets its arguments, "" where there is none.
 */
#ifndef FAKE_PLAYS_H
#define FAKE_PLAYS_H

/* troubles.c: what the CLI says when the API refuses */
void do_error(const char **arg); /* STATUS|null TYPE [mid] */
void do_limit(const char **arg); /* SECONDS [mid] */
void do_retry(const char **arg); /* MS STATUS TYPE */

/* answers.c: answers of more than plain text */
void do_calls(const char **arg);  /* N | bare | unknown | words */
void do_think(const char **arg);  /* SIGNATURE */
void do_schema(const char **arg); /* [words|late|again|none|never|hang] */
void do_pause(const char **arg);  /* PHASE [exit|error|told|result|on]; goes on at SIGUSR1 */

/* noises.c: output that is hard to read, or of no use */
void do_stderr(const char **arg);   /* [BYTES | echo WORD]; none closes it */
void do_gripe(const char **arg);    /* PHASE WORD [BYTES before it] */
void do_bytes(const char **arg);    /* [BYTES A WRITE] */
void do_broken(const char **arg);   /* [BYTES A WRITE], each read before the next */
void do_long(const char **arg);     /* delta|line|other BYTES */
void do_endless(const char **arg);  /* PHASE */
void do_chatter(const char **arg);  /* PHASE */
void do_truncate(const char **arg); /* PHASE */
void do_unended(const char **arg);  /* [CODE] */
void do_noise(const char **arg);    /* crlf|empty|banner|nul|unknown|types */
void do_results(const char **arg);  /* [twice] */

/* A number that may not be there. */
long number(const char *argument, long otherwise);

/* The plain answer, in the form that was asked for; a word, or a few letters, every pause. */
void demo(const char *text, long pause_us);

#endif
