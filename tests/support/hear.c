#include "support/hear.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/describe.h"

static const struct request plain = {.temperature = -1, .top_p = -1};

static void hear(void *arg, const struct event *ev)
{
	struct heard *h = arg;

	grammar_see(&h->grammar, ev);
	describe_event(&h->events, ev);
	if (ev->kind == EVENT_FAIL)
		h->fail = *ev->fail;
}

struct heard *hear_begin(const struct request *request)
{
	struct heard *h = mem_alloc(sizeof(*h));

	buf_init(&h->events, 100000);
	decode_init(&h->decode, request != NULL ? request : &plain, hear, h);
	return h;
}

void hear_drop(struct heard *h)
{
	decode_finish(&h->decode);
	decode_finish(&h->decode);
	buf_finish(&h->events);
	free(h);
}

void hear_lines(struct heard *h, const char *quoted)
{
	CLEANUP_FREE char *text = json_quote(quoted);

	decode_feed(&h->decode, text, strlen(text));
}

void hear_death(struct heard *h)
{
	struct err err;

	err_set(&err, ERR_TIMEOUT, "The caller's own reason.");
	decode_fail(&h->decode, &err);
}

void hear_end(struct heard *h, const char *events)
{
	assert_string_equal(buf_str(&h->events), events);
	check(grammar_fault(&h->grammar) == NULL, "%s", grammar_fault(&h->grammar));
	hear_drop(h);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

void hear_damaged(const struct request *request, const char *quoted)
{
	CLEANUP_FREE char *good = json_quote(quoted);
	size_t n = strlen(good);
	unsigned seed = 1;

	for (int i = 0; i < 4000; i++) {
		CLEANUP_FREE char *bad = mem_strdup(good);
		struct heard *h = hear_begin(request);

		for (unsigned times = 1 + next_random(&seed) % 3; times > 0; times--)
			bad[next_random(&seed) % n] = (char)next_random(&seed);
		decode_feed(&h->decode, bad, n);
		hear_death(h);
		check(grammar_fault(&h->grammar) == NULL, "%s: %s", grammar_fault(&h->grammar),
			bad);
		hear_drop(h);
	}
}

void hear_row(const struct request *request, const struct hear_row *row)
{
	struct heard *h = hear_begin(request);

	hear_lines(h, row->lines);
	check(strcmp(buf_str(&h->events), row->events) == 0, "%s\ngave\n%s\nwant\n%s", row->lines,
		buf_str(&h->events), row->events);
	check(h->grammar.fault == NULL, "%s: %s", row->lines, h->grammar.fault);
	check(decode_over(&h->decode) == (h->grammar.terminal > 0), "%s: over?", row->lines);
	hear_drop(h);
}
