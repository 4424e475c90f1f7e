#include "claude/handoff.h"

#include <string.h>

#include "support/check.h"

#define ASKS_WITH(id, rpc, params)                                                                 \
	"{'type':'control_request','request_id':" id ",'request':{'subtype':'mcp_message',"        \
	"'server_name':'c','message':{'method':'tools/call','params':" params                      \
	",'jsonrpc':'2.0','id':" rpc "}}}"
#define ASKS(id, rpc, call)                                                                        \
	ASKS_WITH("'" id "'", rpc, "{'name':'f','_meta':{'claudecode/toolUseId':'" call "'}}")

static bool take(struct handoff *n, const char *quoted)
{
	CLEANUP_JSON cJSON *line = json_of(quoted);

	return mcp_calls_take(&n->calls, line);
}

static void check_call(
	const struct handoff *n, size_t i, const char *request_id, const char *rpc_id)
{
	assert_in_range(i, 0, n->calls.n - 1);
	assert_string_equal(n->calls.list[i].request_id, request_id);
	assert_string_equal(n->calls.list[i].rpc_id, rpc_id);
}

/* Printed and read again, which must work. */
static void copy(struct handoff *to, const struct handoff *from)
{
	CLEANUP_BUF struct buf text = BUF_INIT(100000);

	assert_int_equal(handoff_print(from->settings, &from->calls, &text), 0);
	check(handoff_parse(to, &text) == 0, "not read again: %s", buf_str(&text));
}

static void begin(struct handoff *n, const char *const *ids, size_t n_ids)
{
	for (size_t i = 0; i < n_ids; i++)
		mcp_calls_add(&n->calls)->id = mem_strdup(ids[i]);
}

static const char *const three[] = {"toolu_1", "toolu_2", "toolu_3"};

TEST(questions_in_any_order)
{
	static const char *const questions[] = {ASKS("r1", "11", "toolu_1"),
		ASKS("r2", "22", "toolu_2"), ASKS("r3", "33", "toolu_3")};
	static const size_t orders[][3] = {
		{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		CLEANUP(handoff_finish) struct handoff n = {0};
		CLEANUP(handoff_finish) struct handoff read = {0};

		begin(&n, three, 3);
		for (size_t k = 0; k < 3; k++) {
			assert_false(mcp_calls_are_asked(&n.calls));
			assert_true(take(&n, questions[orders[i][k]]));
		}
		assert_true(mcp_calls_are_asked(&n.calls));
		copy(&read, &n);
		assert_int_equal(read.calls.n, 3);
		check_call(&read, 0, "r1", "11");
		check_call(&read, 1, "r2", "22");
		check_call(&read, 2, "r3", "33");
		assert_true(mcp_calls_are_asked(&read.calls));
		assert_null(read.calls.list[0].id);
	}
}

TEST(no_calls)
{
	CLEANUP(handoff_finish) struct handoff n = {.settings = "0123456789abcdef0123456789abcdef"};
	CLEANUP(handoff_finish) struct handoff read = {0};

	assert_true(mcp_calls_are_asked(&n.calls));
	copy(&read, &n);
	assert_string_equal(read.settings, "0123456789abcdef0123456789abcdef");
	assert_int_equal(read.calls.n, 0);
	assert_true(mcp_calls_are_asked(&read.calls));
	assert_false(take(&n, ASKS("r1", "1", "toolu_1")));
}

TEST(finish)
{
	struct handoff n = {0};

	handoff_finish(&n);
	begin(&n, three, 3);
	take(&n, ASKS("r1", "1", "toolu_2"));
	handoff_finish(&n);
	handoff_finish(&n);
	assert_int_equal(n.calls.n, 0);
	assert_null(n.calls.list);
}

TEST(what_is_a_question)
{
	static const struct {
		const char *line;
		bool is;
	} rows[] = {
		{ASKS("r1", "1", "toolu_1"), true},
		/* also when it lacks what is needed to answer it */
		{ASKS_WITH("null", "null", "null"), true},
		{"{'request':{'message':{'method':'tools/call'}}}", true},
		{"{'request':{'message':{'method':'tools/list'}}}", false},
		{"{'request':{'message':{'method':'tools/callx'}}}", false},
		{"{'request':{'message':{'method':5}}}", false},
		{"{'request':{'message':'tools/call'}}", false},
		{"{'message':{'method':'tools/call'}}", false},
		{"{'request':[]}", false},
		{"{}", false},
		{"[]", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *line = json_of(rows[i].line);

		check(mcp_is_call(line) == rows[i].is, "%s", rows[i].line);
	}
}

/* None of them, nor a part of one, is left in the handoff. */
TEST(questions_for_nothing)
{
	static const char *const lines[] = {
		ASKS("r1", "1", "toolu_9"),
		ASKS("r1", "1", "toolu_"),
		ASKS("r1", "1", "toolu_11"),
		ASKS("r1", "1", "TOOLU_1"),
		ASKS("r1", "1", ""),
		ASKS("r1", "null", "toolu_1"),
		ASKS_WITH("null", "1", "{'_meta':{'claudecode/toolUseId':'toolu_1'}}"),
		ASKS_WITH("5", "1", "{'_meta':{'claudecode/toolUseId':'toolu_1'}}"),
		ASKS_WITH("'r1'", "1", "{'_meta':{'claudecode/toolUseId':5}}"),
		ASKS_WITH("'r1'", "1", "{'_meta':{'claudecode/toolUseId':null}}"),
		ASKS_WITH("'r1'", "1", "{'claudecode/toolUseId':'toolu_1'}"),
		ASKS_WITH("'r1'", "1", "{'_meta':{}}"),
		ASKS_WITH("'r1'", "1", "{'_meta':'toolu_1'}"),
		ASKS_WITH("'r1'", "1", "{}"),
		ASKS_WITH("'r1'", "1", "null"),
		ASKS_WITH("'r1'", "1", "'toolu_1'"),
		"{'request_id':'r1','request':{'message':{'id':1}}}",
		"{'request_id':'r1'}",
		"{}",
		"[]",
	};
	CLEANUP(handoff_finish) struct handoff n = {0};

	begin(&n, three, 1);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		check(!take(&n, lines[i]), "taken: %s", lines[i]);
		assert_null(n.calls.list[0].request_id);
		assert_null(n.calls.list[0].rpc_id);
		assert_false(mcp_calls_are_asked(&n.calls));
	}
	assert_true(take(&n, ASKS("r1", "1", "toolu_1")));
	assert_true(mcp_calls_are_asked(&n.calls));
}

TEST(asked_twice)
{
	CLEANUP(handoff_finish) struct handoff n = {0};

	begin(&n, three, 2);
	assert_true(take(&n, ASKS("r1", "1", "toolu_1")));
	assert_false(take(&n, ASKS("r1", "1", "toolu_1")));
	assert_false(take(&n, ASKS("r2", "2", "toolu_1")));
	check_call(&n, 0, "r1", "1");
	assert_false(mcp_calls_are_asked(&n.calls));
}

/* An id is whatever the CLI says; a JSON-RPC id is written back in its own form. */
TEST(strange_ids)
{
	static const struct {
		const char *id, *rpc;       /* as JSON */
		const char *is_id, *is_rpc; /* the text, and JSON again */
	} rows[] = {
		{"r1", "0", "r1", "0"},
		{"r1", "'x'", "r1", "\"x\""},
		{"\\'r\\'", "'\\'1\\''", "\"r\"", "\"\\\"1\\\"\""},
		{"a\\nb\\tc\\\\", "'a\\nb'", "a\nb\tc\\", "\"a\\nb\""},
		{"r\xc3\xa9\xf0\x9f\x98\x80", "'\xe2\x80\xa8'", "r\xc3\xa9\xf0\x9f\x98\x80",
			"\"\xe2\x80\xa8\""},
		{"\\u00e9\\ud83d\\ude00", "-7", "\xc3\xa9\xf0\x9f\x98\x80", "-7"},
		{"", "''", "", "\"\""},
		{"{}", "1234567890", "{}", "1234567890"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(handoff_finish) struct handoff n = {0};
		CLEANUP(handoff_finish) struct handoff read = {0};
		CLEANUP_BUF struct buf line = BUF_INIT(10000);

		mcp_calls_add(&n.calls)->id = mem_strdup("toolu \"1\"\n\xc3\xa9");
		buf_printf(&line,
			"{'request_id':'%s','request':{'message':{'id':%s,'method':'tools/call',"
			"'params':{'_meta':{'claudecode/toolUseId':'toolu \\'1\\'\\n\\u00e9'}}}}}",
			rows[i].id, rows[i].rpc);
		check(take(&n, line.data), "row %zu", i);
		copy(&read, &n);
		check_call(&read, 0, rows[i].is_id, rows[i].is_rpc);
	}
}

TEST(not_a_handoff)
{
	static const char *const texts[] = {
		"",
		" ",
		"x",
		"{",
		"{}",
		"[]",
		"null",
		"'settings'",
		"{'calls':[]}",
		"{'settings':5,'calls':[]}",
		"{'settings':null,'calls':[]}",
		"{'settings':'','calls':[{}]}",
		"{'settings':'','calls':[5]}",
		"{'settings':'','calls':[{'request':'r1'}]}",
		"{'settings':'','calls':[{'rpc':'1'}]}",
		"{'settings':'','calls':[{'request':1,'rpc':'1'}]}",
		"{'settings':'','calls':[{'request':'r1','rpc':1}]}",
		"{'settings':'','calls':[{'request':'r1','rpc':'1'},{'request':'r2'}]}",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP(handoff_finish) struct handoff n = {0};
		CLEANUP_FREE char *json = json_quote(texts[i]);
		CLEANUP_BUF struct buf text = BUF_INIT(1000);

		buf_puts(&text, json);
		check(handoff_parse(&n, &text) == -1, "read: %s", texts[i]);
	}
}

static void fill(struct handoff *n)
{
	begin(n, three, 2);
	memset(n->settings, 'a', HANDOFF_HASH_SIZE - 1);
	take(n, ASKS("r\\n1", "1", "toolu_1"));
	take(n, ASKS("r2", "'\\'x\\''", "toolu_2"));
}

/* Nothing less than the whole of it is a handoff, and no byte that is changed does harm. */
TEST(damaged)
{
	CLEANUP(handoff_finish) struct handoff n = {0};
	CLEANUP_BUF struct buf whole = BUF_INIT(1000);

	fill(&n);
	assert_int_equal(handoff_print(n.settings, &n.calls, &whole), 0);
	for (size_t len = 0; len < whole.len; len++) {
		CLEANUP(handoff_finish) struct handoff read = {0};
		CLEANUP_BUF struct buf text = BUF_INIT(1000);

		buf_add(&text, whole.data, len);
		check(handoff_parse(&read, &text) == -1, "read: %zu bytes", len);
	}
	for (size_t i = 0; i < 256 * whole.len; i++) {
		CLEANUP(handoff_finish) struct handoff read = {0};
		CLEANUP_BUF struct buf text = BUF_INIT(1000);

		buf_add(&text, whole.data, whole.len);
		text.data[i / 256] = (char)i;
		if (handoff_parse(&read, &text) == 0)
			check(mcp_calls_are_asked(&read.calls) &&
					strlen(read.settings) < HANDOFF_HASH_SIZE,
				"%s", text.data);
	}
}

TEST(full)
{
	CLEANUP(handoff_finish) struct handoff n = {0};
	CLEANUP_BUF struct buf whole = BUF_INIT(1000);

	fill(&n);
	assert_int_equal(handoff_print(n.settings, &n.calls, &whole), 0);
	for (size_t max = 0; max < whole.len; max++) {
		CLEANUP_BUF struct buf out = BUF_INIT(max);

		check(handoff_print(n.settings, &n.calls, &out) == -1, "%zu bytes are enough", max);
	}
}
