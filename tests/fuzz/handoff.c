/*
 * The handoff of a child that waits: what one worker writes, the next one reads. The input is a
 * handoff; or lines of the CLI, of which one is made.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/handoff.h"
#include "claude/mcp.h"

#define TEXT_MAX ((size_t)1 << 26)

static void check_same(const struct handoff *a, const struct handoff *b)
{
	assert(strcmp(a->settings, b->settings) == 0);
	assert(a->calls.n == b->calls.n);
	for (size_t i = 0; i < a->calls.n; i++) {
		assert(strcmp(a->calls.list[i].request_id, b->calls.list[i].request_id) == 0);
		assert(strcmp(a->calls.list[i].rpc_id, b->calls.list[i].rpc_id) == 0);
	}
}

static void check_again(const struct handoff *n)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);
	struct handoff again;
	int result = handoff_print(n->settings, &n->calls, &text);

	assert(result == 0);
	result = handoff_parse(&again, &text);
	assert(result == 0);
	check_same(n, &again);
	handoff_finish(&again);
}

static void read_handoff(const char *text, size_t n)
{
	CLEANUP_BUF struct buf copy = BUF_INIT(n);
	struct handoff handoff;

	buf_add(&copy, text, n);
	if (handoff_parse(&handoff, &copy) == 0)
		check_again(&handoff);
	handoff_finish(&handoff);
	handoff_finish(&handoff);
}

/* Each question gets one answer, a line that the CLI can read. */
static void check_answers(const struct mcp_calls *n)
{
	CLEANUP_BUF struct buf out = BUF_INIT(TEXT_MAX);
	struct part text = {.kind = PART_TEXT, .text = (char[]){"21 degrees"}};
	const struct part result = {.kind = PART_RESULT, .parts = &text, .n_parts = 1};

	for (size_t i = 0; i < n->n; i++)
		mcp_answer_call(&out, &n->list[i], &result);
	assert(fuzz_check_lines(&out) == n->n);
}

static void hear_questions(const char *s, size_t left)
{
	struct handoff n = {.settings = "00"};

	mcp_calls_add(&n.calls)->id = mem_strdup("toolu_1");
	mcp_calls_add(&n.calls)->id = mem_strdup("toolu_2");
	while (left > 0) {
		size_t len;
		const char *text = fuzz_line(&s, &left, &len);
		struct err err;
		CLEANUP_JSON cJSON *line = json_parse(text, len, &err);

		if (mcp_is_call(line))
			mcp_calls_take(&n.calls, line);
	}
	if (mcp_calls_are_asked(&n.calls)) {
		check_again(&n);
		check_answers(&n.calls);
	}
	handoff_finish(&n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *text = fuzz_text(data, n);

	read_handoff(text, n);
	hear_questions(text, n);
	return 0;
}
