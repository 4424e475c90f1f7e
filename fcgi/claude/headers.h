/*
 * What Anthropic's API said in the headers of a refusal, which the CLI's stdout leaves out.
 *
 * With --debug-to-stderr and ANTHROPIC_LOG=debug the SDK inside the CLI prints the status and the
 * headers of each answer on stderr, with logins as "***" and without bodies:
 *
 *	[Anthropic SDK DEBUG] [log_a1] response error (error; no more retries left) {
 *	  status: 429,
 *	  headers: {
 *	    "retry-after": "7",
 *	  },
 *	}
 *
 * Seen so with Claude Code 2.1.260 to 2.1.332. From one that prints it otherwise nothing is learnt.
 */
#ifndef CLAUDE_HEADERS_H
#define CLAUDE_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

struct headers {
	char line[256]; /* the line so far; of a longer one the beginning */
	size_t len;
	bool inside; /* an answer is being printed */
	unsigned retry_after;
};

/* Reads what came on stderr next, cut anywhere. `h` was all zero before the first. */
void headers_feed(struct headers *h, const char *bytes, size_t n);

/* Seconds, at least 1, that the last answer told to wait; 0 when it told none. */
static inline unsigned headers_retry_after(const struct headers *h)
{
	return h->retry_after;
}

#endif
