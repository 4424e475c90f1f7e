/* Lines of the CLI about a request with tools; whole recorded turns are in tests/golden. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/hear.h"
#include "support/lines.h"

static struct request req;

#define OURS  INIT_LISTS("'mcp__c__f','mcp__c__a_b'", SERVER)
#define BEGUN OURS START_0
#define CALLS WHY("'tool_use'") STOP

static int begin_tools(void **state)
{
	(void)state;
	ask(&wire_responses, &req,
		"{'input':'hi','tools':[{'type':'function','name':'f'},"
		"{'type':'function','name':'a.b'}]}");
	return 0;
}

static int end_tools(void **state)
{
	(void)state;
	request_finish(&req);
	return 0;
}

TEST_GROUP(begin_tools, end_tools);

TEST(calls)
{
	static const struct hear_row rows[] = {
		{BEGUN OPEN_CALL("toolu_1", "f") ARGS("") ARGS("{\\'x\\'") ARGS(":1}") CLOSE CALLS,
			"start m1\nopen call f toolu_1\nargs {\"x\"\nargs :1}\nclose\n" COUNTED
			"stop calls\n"},
		/* the name is the client's, the arguments are an object even without a delta */
		{BEGUN OPEN_CALL("toolu_1", "a_b") CLOSE CALLS,
			"start m1\nopen call a.b toolu_1\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{BEGUN OPEN_CALL("toolu_1", "a_b") ARGS("") CLOSE CALLS,
			"start m1\nopen call a.b toolu_1\nargs {}\nclose\n" COUNTED "stop calls\n"},
		/* several, after text, with what the CLI says of them between */
		{BEGUN OPEN_TEXT SAY("hi") CLOSE OPEN_CALL("t1", "f") ARGS("{}")
				WHOLE("{'type':'tool_use','id':'t1','name':'mcp__c__f','input':{}}")
					CLOSE OPEN_CALL("t2", "f") ARGS("{}") CLOSE CALLS,
			"start m1\nopen text\ntext hi\nclose\nopen call f t1\nargs {}\nclose\n"
			"open call f t2\nargs {}\nclose\n" COUNTED "stop calls\n"},
		/* some models stop "at the end" with a call */
		{BEGUN OPEN_CALL("t1", "f") CLOSE END,
			"start m1\nopen call f t1\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{BEGUN OPEN_CALL("t1", "f") ARGS("{\\'x") CLOSE WHY("'max_tokens'") STOP,
			"start m1\nopen call f t1\nargs {\"x\nclose\n" COUNTED "stop length\n"},
		/* no call at all */
		{BEGUN OPEN_TEXT SAY("hi") CLOSE END,
			"start m1\nopen text\ntext hi\nclose\n" ENDED},
		/* after the end it is no business of ours */
		{BEGUN OPEN_CALL("t1", "f") CLOSE CALLS START_0 OPEN_TEXT,
			"start m1\nopen call f t1\nargs {}\nclose\n" COUNTED "stop calls\n"},
	};

	HEAR_ROWS(&req, rows);
}

#define NAMES INIT_LISTS("'mcp__c__f','mcp__c__q'", SERVER) START_0

/* Such arguments are whole before they are told, with the client's names. */
TEST(names_of_properties)
{
	static const struct hear_row rows[] = {
		{NAMES OPEN_CALL("t1", "q") ARGS("") ARGS("{\\'_") ARGS("x\\':{\\'y_z\\' :1}}")
				CLOSE OPEN_CALL("t2", "f") ARGS("{\\'_x\\'") ARGS(":1}")
					CLOSE CALLS,
			"start m1\nopen call q t1\nargs {\"$x\":{\"y z\" :1}}\nclose\n"
			"open call f t2\nargs {\"_x\"\nargs :1}\nclose\n" COUNTED "stop calls\n"},
		{NAMES OPEN_CALL("t1", "q") CLOSE CALLS,
			"start m1\nopen call q t1\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{NAMES OPEN_CALL("t1", "q") ARGS("{\\'_x\\':") CLOSE WHY("'max_tokens'") STOP,
			"start m1\nopen call q t1\nargs {\"_x\":\nclose\n" COUNTED "stop length\n"},
	};

	CLEANUP(request_finish) struct request named;

	ask(&wire_responses, &named,
		"{'input':'hi','tools':[{'type':'function','name':'f'},{'type':'function',"
		"'name':'q','parameters':{'type':'object','properties':{'$x':{'properties':{"
		"'y z':{}}}}}}]}");
	HEAR_ROWS(&named, rows);
}

TEST(bad_calls)
{
	static const struct hear_row rows[] = {
		{BEGUN OPEN("{'type':'tool_use','name':'mcp__c__f'}"), "start m1\nfail upstream\n"},
		{BEGUN OPEN("{'type':'tool_use','id':'t1'}"), "start m1\nfail upstream\n"},
		{BEGUN OPEN("{'type':'server_tool_use','id':'t1','name':'mcp__c__f'}"),
			"start m1\nfail internal\n"},
		{BEGUN ARGS("{}"), "start m1\nfail upstream\n"},
		{BEGUN OPEN_CALL("t1", "f") SAY("x"), "start m1\nopen call f t1\nfail upstream\n"},
		{BEGUN OPEN_CALL("t1", "f") OPEN_CALL("t2", "f"),
			"start m1\nopen call f t1\nfail upstream\n"},
		{BEGUN OPEN_CALL("t1", "f") CALLS, "start m1\nopen call f t1\nfail upstream\n"},
	};

	HEAR_ROWS(&req, rows);
}

#define STRAY(id, name) OPEN_TOOL(id, name) ARGS("{}") NO_SUCH(id) CLOSE

/* A name that can mean one tool alone is that: the client has the call, the CLI a refusal. */
TEST(mangled_names)
{
	static const struct hear_row rows[] = {
		{BEGUN STRAY("t1", "f") CALLS,
			"start m1\nopen call f t1\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{BEGUN STRAY("t1", "mcp__c__mcp__c__f") CALLS,
			"start m1\nopen call f t1\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{BEGUN STRAY("t1", "a.b") CALLS,
			"start m1\nopen call a.b t1\nargs {}\nclose\n" COUNTED "stop calls\n"},
	};

	HEAR_ROWS(&req, rows);
}

/* A call of nothing goes back to the model, which the CLI tells so; the client sees none of it. */
TEST(stray_calls)
{
	static const struct hear_row rows[] = {
		{BEGUN STRAY("t1", "Grep") CALLS, "start m1\n"},
		{BEGUN STRAY("t1", "Grep") CALLS START_0 OPEN_TEXT SAY("No.") CLOSE END,
			"start m1\nopen text\ntext No.\nclose\nusage 10/0/0/14/0\nstop end\n"},
		{BEGUN STRAY("t1", "mcp__d__f") CALLS START_0 OPEN_CALL("t2", "f") CLOSE CALLS,
			"start m1\nopen call f t2\nargs {}\nclose\nusage 10/0/0/14/0\n"
			"stop calls\n"},
		/* after words, and again and again */
		{BEGUN OPEN_TEXT SAY("I look.") CLOSE STRAY("t1", "Grep") CALLS START_0 STRAY(
			 "t2", "StructuredOutput") CALLS START_0 OPEN_TEXT SAY("No.") CLOSE END,
			"start m1\nopen text\ntext I look.\nclose\nopen text\ntext No.\nclose\n"
			"usage 15/0/0/21/0\nstop end\n"},
		/* beside a call of the client's, which ends the turn */
		{BEGUN STRAY("t1", "Grep") OPEN_CALL("t2", "f") CLOSE CALLS,
			"start m1\nopen call f t2\nargs {}\nclose\n" COUNTED "stop calls\n"},
		/* cut off */
		{BEGUN STRAY("t1", "Grep") WHY("'max_tokens'") STOP,
			"start m1\n" COUNTED "stop length\n"},
	};

	HEAR_ROWS(&req, rows);
}

/* A model that does nothing else does not go on for ever. */
TEST(stray_calls_end)
{
	struct heard *h = hear_begin(&req);

	hear_lines(h, OURS);
	for (int i = 0; i < 100 && !decode_over(&h->decode); i++)
		hear_lines(h, START_0 STRAY("t1", "Grep") CALLS);
	assert_true(decode_over(&h->decode));
	check(h->fail.kind == ERR_NONE, "%s", h->fail.message);
	assert_int_equal(decode_rest(&h->decode), REST_DOUBT);
	hear_drop(h);
}

/* Only the server and the tools that were given may be there, and all of them. */
TEST(vetting)
{
	static const struct hear_row rows[] = {
		{OURS, ""},
		{INIT_LISTS("'mcp__c__a_b','mcp__c__f'", SERVER), ""},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b','Bash'", SERVER), "fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b','mcp__c__g'", SERVER), "fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b','mcp__d__f'", SERVER), "fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b','StructuredOutput'", SERVER),
			"fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b',5", SERVER), "fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b'", SERVER ",{'name':'d'}"),
			"fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b'", "{}"), "fail internal\n"},
		{INIT_LISTS("'mcp__c__f','mcp__c__a_b'", "'c'"), "fail internal\n"},
		/* one of the client's was not taken: the request is at fault */
		{INIT_LISTS("'mcp__c__f'", SERVER), "fail invalid\n"},
		{INIT_LISTS("", SERVER), "fail invalid\n"},
	};

	HEAR_ROWS(&req, rows);
}

/* The client learns which of its parameters was not taken, we which model will answer. */
TEST(init_tells)
{
	struct heard *h = hear_begin(&req);

	hear_lines(h, INIT_LISTS("'mcp__c__f'", SERVER));
	check_err("a tool is missing", &h->fail, ERR_INVALID, "tools[1].parameters");
	hear_end(h, "fail invalid\n");
	h = hear_begin(&req);
	hear_lines(h, INIT_LISTS("", SERVER));
	check_err("all tools are missing", &h->fail, ERR_INVALID, "tools");
	hear_end(h, "fail invalid\n");
	h = hear_begin(&req);
	assert_string_equal(h->decode.model, "");
	hear_lines(h, INIT_WITH("'model':'claude-x','tools':['mcp__c__f','mcp__c__a_b'],"
				"'mcp_servers':[" SERVER "],'slash_commands':[]," VERSION));
	assert_string_equal(h->decode.model, "claude-x");
	hear_drop(h);
}

/* A server that a request without tools never named is one too many. */
TEST(vetting_without_tools)
{
	static const struct hear_row rows[] = {
		{INIT_LISTS("", SERVER), "fail internal\n"},
		{INIT_LISTS("'mcp__c__f'", ""), "fail internal\n"},
	};

	HEAR_ROWS(NULL, rows);
}

TEST(signatures)
{
	static const struct hear_row rows[] = {
		{BEGUN OPEN_THINK THINK("hm") SIGN("c2ln") CLOSE OPEN_CALL("t1", "f") CLOSE CALLS,
			"start m1\nopen thinking\nthink hm\nsign c2ln\nclose\nopen call f t1\n"
			"args {}\nclose\n" COUNTED "stop calls\n"},
		/* thinking that is not shown has its signature all the same */
		{BEGUN OPEN_THINK SIGN("c2ln") CLOSE OPEN_TEXT SAY("a") CLOSE END,
			"start m1\nopen thinking\nsign c2ln\nclose\nopen text\ntext "
			"a\nclose\n" ENDED},
		/* it belongs to thinking */
		{BEGUN OPEN_TEXT SIGN("c2ln") SAY("a") CLOSE END,
			"start m1\nopen text\ntext a\nclose\n" ENDED},
	};

	HEAR_ROWS(&req, rows);
}

/* A signature is the last of its block, and there is one: the grammar has no other place. */
TEST(odd_signatures)
{
	static const char *const lines[] = {
		BEGUN OPEN_THINK SIGN("a") SIGN("b") CLOSE,
		BEGUN OPEN_THINK SIGN("a") THINK("b") CLOSE,
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct heard *h = hear_begin(&req);

		hear_lines(h, lines[i]);
		check(h->grammar.fault == NULL, "row %zu: %s", i, h->grammar.fault);
		hear_drop(h);
	}
}

/* A client that is told of calls waits for some. */
TEST(no_calls_without_a_call)
{
	struct heard *h = hear_begin(&req);

	hear_lines(h, BEGUN OPEN_TEXT SAY("hi") CLOSE CALLS);
	assert_true(decode_over(&h->decode));
	check(strstr(buf_str(&h->events), "stop calls") == NULL, "%s", buf_str(&h->events));
	hear_drop(h);
}

/* The CLI may ask for the tools although it was told: it gets them, and nothing is emitted. */
TEST(requests_of_the_cli)
{
	struct heard *h = hear_begin(&req);

	hear_lines(h, "{'type':'control_request','request_id':'r1','request':{'subtype':"
		      "'mcp_message','server_name':'c','message':{'jsonrpc':'2.0','id':1,"
		      "'method':'tools/list'}}}\n");
	assert_non_null(strstr(buf_str(&h->decode.replies), "\"a_b\""));
	assert_non_null(strstr(buf_str(&h->decode.replies), "\"request_id\":\"r1\""));
	buf_clear(&h->decode.replies);
	hear_lines(h, BEGUN OPEN_CALL("t1", "f") CLOSE
		"{'type':'control_request','request_id':'r2','request':{'subtype':"
		"'mcp_message','server_name':'c','message':{'jsonrpc':'2.0','id':2,"
		"'method':'tools/call','params':{'name':'f','arguments':{}}}}}\n" CALLS);
	assert_int_equal(h->decode.replies.len, 0);
	hear_end(h, "start m1\nopen call f t1\nargs {}\nclose\n" COUNTED "stop calls\n");
}

TEST(damaged_streams)
{
	hear_damaged(&req, BEGUN OPEN_THINK THINK("hm") CLOSE OPEN_CALL("t1", "f") ARGS("{}")
				   CLOSE OPEN_CALL("t2", "a_b") CLOSE CALLS);
}
