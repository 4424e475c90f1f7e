/*
 * The note of a child that waits: what one worker writes, the next one reads. The input is a
 * note; or lines of the CLI, of which one is made.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/handoff.h"
#include "claude/mcp.h"

#define TEXT_MAX ((size_t)1 << 26)

static void check_same(const struct note *a, const struct note *b)
{
	assert(strcmp(a->settings, b->settings) == 0);
	assert(a->n_calls == b->n_calls);
	for (size_t i = 0; i < a->n_calls; i++) {
		assert(strcmp(a->calls[i].request_id, b->calls[i].request_id) == 0);
		assert(strcmp(a->calls[i].rpc_id, b->calls[i].rpc_id) == 0);
	}
}

static void check_again(const struct note *n)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);
	struct note again;
	int result = note_print(n, &text);

	assert(result == 0);
	result = note_parse(&again, &text);
	assert(result == 0);
	check_same(n, &again);
	note_finish(&again);
}

static void read_note(const char *text, size_t n)
{
	CLEANUP_BUF struct buf copy = BUF_INIT(n);
	struct note note;

	buf_add(&copy, text, n);
	if (note_parse(&note, &copy) == 0)
		check_again(&note);
	note_finish(&note);
	note_finish(&note);
}

/* Each question gets one answer, a line that the CLI can read. */
static void check_answers(const struct note *n)
{
	CLEANUP_BUF struct buf out = BUF_INIT(TEXT_MAX);
	struct part text = {.kind = PART_TEXT, .text = (char[]){"21 degrees"}};
	const struct part result = {.kind = PART_RESULT, .parts = &text, .n_parts = 1};

	for (size_t i = 0; i < n->n_calls; i++)
		mcp_answer_call(&out, &n->calls[i], &result);
	assert(fuzz_check_lines(&out) == n->n_calls);
}

static void hear_questions(const char *s, size_t left)
{
	struct note n = {.settings = "00"};

	note_add_call(&n, "toolu_1");
	note_add_call(&n, "toolu_2");
	while (left > 0) {
		size_t len;
		const char *text = fuzz_line(&s, &left, &len);
		struct err err;
		CLEANUP_JSON cJSON *line = json_parse(text, len, &err);

		if (mcp_is_call(line))
			mcp_take_call(&n, line);
	}
	if (note_is_complete(&n)) {
		check_again(&n);
		check_answers(&n);
	}
	note_finish(&n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *text = fuzz_text(data, n);

	read_note(text, n);
	hear_questions(text, n);
	return 0;
}
