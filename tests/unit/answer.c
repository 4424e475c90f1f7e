#include "turn/answer.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"

static void add(struct answer *a, struct event ev)
{
	struct err err = {0};

	check(answer_add(a, &ev, &err) == 0, "%s", err.message);
}

TEST(fold)
{
	struct answer a = {0};

	assert_null(answer_last(&a));
	add(&a, (struct event){.kind = EVENT_START, .model = "claude-x"});
	add(&a, (struct event){.kind = EVENT_OPEN, .block = BLOCK_THINKING});
	add(&a, (struct event){.kind = EVENT_THINK, .text = "hm"});
	add(&a, (struct event){.kind = EVENT_CLOSE});
	add(&a, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT});
	add(&a, (struct event){.kind = EVENT_TEXT, .text = "one"});
	add(&a, (struct event){.kind = EVENT_TEXT, .text = " two"});
	assert_string_equal(buf_str(&answer_last(&a)->text), "one two");
	add(&a, (struct event){.kind = EVENT_CLOSE});
	assert_int_equal(answer_last(&a)->kind, BLOCK_TEXT);
	add(&a, (struct event){.kind = EVENT_USAGE, .usage = {.input = 3, .output = 4}});
	assert_false(a.stopped);
	add(&a, (struct event){.kind = EVENT_STOP, .stop = STOP_LENGTH});

	assert_string_equal(a.model, "claude-x");
	assert_int_equal(a.n_blocks, 2);
	assert_int_equal(a.blocks[0].kind, BLOCK_THINKING);
	assert_string_equal(buf_str(&a.blocks[0].text), "hm");
	assert_int_equal(a.text_len, 9);
	assert_int_equal(a.usage.input, 3);
	assert_int_equal(a.usage.output, 4);
	assert_true(a.stopped);
	assert_int_equal(a.stop, STOP_LENGTH);
	assert_int_equal(a.failure.kind, ERR_NONE);
	answer_finish(&a);
	answer_finish(&a);
	assert_int_equal(a.n_blocks, 0);
}

TEST(failure_is_kept)
{
	struct answer a = {0};
	struct err why;

	err_param(&why, ERR_TIMEOUT, "p", "too long");
	add(&a, (struct event){.kind = EVENT_FAIL, .fail = &why});
	why.message[0] = 'X';
	check_err("fail", &a.failure, ERR_TIMEOUT, "p");
	assert_string_equal(a.failure.message, "too long");
	assert_false(a.stopped);
	answer_finish(&a);
}

TEST(text_without_block)
{
	struct answer a = {0};
	struct event ev = {.kind = EVENT_TEXT, .text = "x"};
	struct err err = {0};

	assert_int_equal(answer_add(&a, &ev, &err), -1);
	check_err("no block", &err, ERR_UPSTREAM, NULL);
	answer_finish(&a);
}

TEST(calls_and_signatures)
{
	CLEANUP(tools_finish) struct tools tools = {0};
	CLEANUP_BUF struct buf joined = BUF_INIT(100);
	struct answer a = {0};
	char id[] = "toolu_1";
	const struct tool *tool = tools_add(&tools, NULL, "f");

	add(&a, (struct event){.kind = EVENT_OPEN, .block = BLOCK_THINKING});
	add(&a, (struct event){.kind = EVENT_THINK, .text = "hm"});
	add(&a, (struct event){.kind = EVENT_SIGN, .text = "c2ln"});
	assert_false(answer_last(&a)->closed);
	add(&a, (struct event){.kind = EVENT_CLOSE});
	assert_true(answer_last(&a)->closed);
	add(&a, (struct event){
			.kind = EVENT_OPEN, .block = BLOCK_CALL, .tool = tool, .call_id = id});
	id[0] = 'X';
	add(&a, (struct event){.kind = EVENT_ARGS, .text = "{\"x\""});
	add(&a, (struct event){.kind = EVENT_ARGS, .text = ":1}"});
	add(&a, (struct event){.kind = EVENT_CLOSE});
	add(&a, (struct event){
			.kind = EVENT_OPEN, .block = BLOCK_CALL, .tool = tool, .call_id = "2"});
	add(&a, (struct event){.kind = EVENT_ARGS, .text = "{}"});
	assert_string_equal(a.blocks[0].signature, "c2ln");
	assert_null(a.blocks[0].call_id);
	assert_string_equal(a.blocks[1].call_id, "toolu_1");
	assert_ptr_equal(a.blocks[1].tool, tool);
	assert_null(a.blocks[1].signature);
	assert_string_equal(buf_str(&a.blocks[1].text), "{\"x\":1}");
	assert_false(answer_last(&a)->closed);
	assert_int_equal(answer_count(&a, BLOCK_CALL), 2);
	assert_int_equal(answer_count(&a, BLOCK_THINKING), 1);
	assert_int_equal(answer_count(&a, BLOCK_TEXT), 0);
	answer_join(&a, BLOCK_CALL, &joined);
	assert_string_equal(buf_str(&joined), "{\"x\":1}{}");
	answer_finish(&a);
}

/* The maximum is that of all blocks together, and can be reached exactly. */
TEST(maximum)
{
	CLEANUP_FREE char *half = mem_alloc(ANSWER_MAX_TEXT / 2 + 1);
	struct answer a = {0};
	struct event one_more = {.kind = EVENT_TEXT, .text = "x"};
	struct err err = {0};

	memset(half, 'a', ANSWER_MAX_TEXT / 2);
	for (int i = 0; i < 2; i++) {
		add(&a, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT});
		add(&a, (struct event){.kind = EVENT_TEXT, .text = half});
		add(&a, (struct event){.kind = EVENT_CLOSE});
	}
	add(&a, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT});
	assert_int_equal(answer_add(&a, &one_more, &err), -1);
	check_err("full", &err, ERR_INVALID, NULL);
	assert_int_equal(a.text_len, ANSWER_MAX_TEXT);
	answer_finish(&a);
}
