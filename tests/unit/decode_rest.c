/* What becomes of a child after its turn, and a child that goes on with the next one. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/hear.h"
#include "support/lines.h"

#define TOLD     SPOKEN CLOSE END
#define DONE     RESULT("'is_error':false,'num_turns':1")
#define LIMITS   "{'type':'rate_limit_event','rate_limit_info':{'status':'allowed'}}\n"
#define PROGRESS "{'type':'tool_progress','tool_use_id':'t1','elapsed_time_seconds':30}\n"
#define ASKS(rest)                                                                                 \
	"{'type':'control_request','request_id':'r','request':{'subtype':'mcp_message',"           \
	"'server_name':'c','message':{'jsonrpc':'2.0','id':1,'method':" rest "}}}\n"
#define QUESTION(call)                                                                             \
	ASKS("'tools/call','params':{'name':'f','_meta':{'claudecode/toolUseId':'" call "'}}")

struct row {
	const char *lines;
	enum decode_rest rest;
};

/* Cuts of a stream are tried where they are told apart: near its end. */
#define CUTS 400

static void check_fed(
	const struct request *request, const struct row *row, const char *text, size_t cut)
{
	struct heard *h = hear_begin(request);
	size_t n = strlen(text);

	decode_feed(&h->decode, text, cut);
	decode_feed(&h->decode, text + cut, n - cut);
	check(decode_rest(&h->decode) == row->rest, "%s: cut at %zu: %d, want %d", row->lines, cut,
		(int)decode_rest(&h->decode), (int)row->rest);
	check(grammar_fault(&h->grammar) == NULL, "%s: %s", row->lines, grammar_fault(&h->grammar));
	hear_drop(h);
}

static void check_single_bytes(
	const struct request *request, const struct row *row, const char *text)
{
	struct heard *h = hear_begin(request);

	for (const char *c = text; *c != '\0'; c++)
		decode_feed(&h->decode, c, 1);
	check(decode_rest(&h->decode) == row->rest, "%s: by single bytes: %d, want %d", row->lines,
		(int)decode_rest(&h->decode), (int)row->rest);
	hear_drop(h);
}

static void check_rows(const struct request *request, const struct row *rows, size_t n_rows)
{
	for (size_t i = 0; i < n_rows; i++) {
		CLEANUP_FREE char *text = json_quote(rows[i].lines);
		size_t n = strlen(text);

		for (size_t cut = n > CUTS ? n - CUTS : 0; cut <= n; cut++)
			check_fed(request, &rows[i], text, cut);
		check_single_bytes(request, &rows[i], text);
	}
}

TEST(end_of_a_turn)
{
	static const struct row rows[] = {
		{TOLD, REST_BUSY},
		{TOLD "{'type':'resul", REST_BUSY},
		{TOLD "\n\r\nWelcome to Claude\n", REST_BUSY},
		{TOLD LIMITS, REST_BUSY},
		{TOLD DONE, REST_IDLE},
		{TOLD LIMITS DONE, REST_IDLE},
		{TOLD RESULT("'num_turns':7"), REST_IDLE},
		{SPOKEN CLOSE WHY("'stop_sequence'") STOP DONE, REST_IDLE},
		{INIT START_0 OPEN_THINK THINK("hm") CLOSE OPEN_TEXT SAY("a") CLOSE END DONE,
			REST_IDLE},
		/* no end of a turn */
		{TOLD RESULT("'is_error':true,'num_turns':1"), REST_DOUBT},
		{TOLD RESULT("'is_error':true"), REST_DOUBT},
		{TOLD RESULT("'is_error':false,'num_turns':0"), REST_DOUBT},
		{TOLD RESULT("'is_error':false,'num_turns':null"), REST_DOUBT},
		{TOLD RESULT("'is_error':false,'num_turns':'1'"), REST_DOUBT},
		{TOLD RESULT("'is_error':false"), REST_DOUBT},
	};

	check_rows(NULL, rows, ARRAY_LEN(rows));
}

/* The CLI says what nobody expects: it goes on by itself, or is another one than we know. */
TEST(other_lines)
{
	static const struct row rows[] = {
		{TOLD "{'type':'user','message':{'role':'user','content':'x'}}\n", REST_DOUBT},
		{TOLD "{'type':'system','subtype':'status'}\n", REST_DOUBT},
		{TOLD INIT, REST_DOUBT},
		{TOLD START_0, REST_DOUBT},
		{TOLD EVENT("'type':'ping'"), REST_DOUBT},
		{TOLD WHOLE("{'type':'text','text':'hi'}"), REST_DOUBT},
		{TOLD QUESTION("t1"), REST_DOUBT},
		{TOLD ASKS("'tools/list'"), REST_DOUBT},
		{TOLD "{'type':'control_response','response':{'subtype':'success',"
		      "'request_id':'flags'}}\n",
			REST_DOUBT},
		{TOLD "{'type':'unheard_of'}\n", REST_DOUBT},
		{TOLD "{'type':5}\n", REST_DOUBT},
		{TOLD "{}\n", REST_DOUBT},
		{TOLD "{\\}\n", REST_DOUBT},
		/* which the end of the turn does not make good */
		{TOLD "{'type':'unheard_of'}\n" DONE, REST_DOUBT},
		{TOLD RESULT("'is_error':true") DONE, REST_DOUBT},
		{TOLD "{\\}\n" DONE, REST_DOUBT},
		{TOLD INIT START_0 OPEN_TEXT SAY("more") CLOSE END DONE, REST_DOUBT},
	};

	check_rows(NULL, rows, ARRAY_LEN(rows));
}

/* Behind the last line there is nothing, but for what is said at any time. */
TEST(behind_the_end)
{
	static const struct row rows[] = {
		{TOLD DONE "\n", REST_IDLE},
		{TOLD DONE LIMITS, REST_IDLE},
		{TOLD DONE LIMITS LIMITS, REST_IDLE},
		{TOLD DONE "{", REST_DOUBT},
		{TOLD DONE "x", REST_DOUBT},
		{TOLD DONE "{'type':'rate_limit_event'}", REST_DOUBT},
		{TOLD DONE DONE, REST_DOUBT},
		{TOLD DONE INIT, REST_DOUBT},
		{TOLD DONE "{'type':'user'}\n", REST_DOUBT},
		{TOLD DONE "{\\}\n", REST_DOUBT},
		{TOLD DONE QUESTION("t1"), REST_DOUBT},
		{TOLD DONE LIMITS INIT, REST_DOUBT},
	};

	check_rows(NULL, rows, ARRAY_LEN(rows));
}

/* After a cut or a refusal the CLI has the model go on; of a failure nothing is known. */
TEST(no_whole_answer)
{
	static const struct row rows[] = {
		{SPOKEN CLOSE WHY("'max_tokens'") STOP, REST_DOUBT},
		{SPOKEN CLOSE WHY("'max_tokens'") STOP DONE, REST_DOUBT},
		{SPOKEN CLOSE WHY("'model_context_window_exceeded'") STOP DONE, REST_DOUBT},
		{SPOKEN CLOSE WHY("'refusal'") STOP DONE, REST_DOUBT},
		{INIT START_0 WHY("'refusal'") STOP DONE, REST_DOUBT},
		{INIT START_0 END DONE, REST_DOUBT},
		{INIT START_0 OPEN_THINK THINK("hm") CLOSE END DONE, REST_DOUBT},
		{SPOKEN CLOSE START_0 DONE, REST_DOUBT},
		{SPOKEN RESULT("'is_error':true,'num_turns':1"), REST_DOUBT},
		{INIT_WITH("'tools':['Bash'],'mcp_servers':[],'slash_commands':[]," VERSION) DONE,
			REST_DOUBT},
	};

	check_rows(NULL, rows, ARRAY_LEN(rows));
}

TEST(nothing_said)
{
	static const struct row rows[] = {
		{INIT START_0 END, REST_DOUBT},
		{INIT START_0 END DONE, REST_DOUBT},
		{INIT START_0 OPEN_TEXT CLOSE WHY("'stop_sequence'") STOP DONE, REST_DOUBT},
		{TOLD DONE, REST_IDLE},
	};
	CLEANUP(request_finish) struct request req;

	ask(&wire_chat, &req, "{'messages':[{'role':'user','content':'hi'}],'stop':'END'}");
	check_rows(&req, rows, ARRAY_LEN(rows));
}

/* Whenever the caller gives up, the child is not to be used. */
TEST(given_up)
{
	static const char *const lines[] = {"", INIT, SPOKEN, TOLD, TOLD DONE};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct heard *h = hear_begin(NULL);

		hear_lines(h, lines[i]);
		hear_death(h);
		check(decode_rest(&h->decode) == REST_DOUBT, "%s", lines[i]);
		hear_lines(h, DONE);
		check(decode_rest(&h->decode) == REST_DOUBT, "%s, then its end", lines[i]);
		check(grammar_fault(&h->grammar) == NULL, "%s", grammar_fault(&h->grammar));
		hear_drop(h);
	}
}

#define F_AND_G INIT_LISTS("'mcp__c__f','mcp__c__g'", SERVER) START_0
#define CALLS   WHY("'tool_use'") STOP
#define ONE     OPEN_CALL("t1", "f") ARGS("{}")
#define TWO     OPEN_CALL("t2", "g") ARGS("{}")
#define ASKED   F_AND_G ONE QUESTION("t1") CLOSE CALLS

static void ask_with_tools(struct request *req)
{
	ask(&wire_responses, req,
		"{'input':'hi','tools':[{'type':'function','name':'f'},"
		"{'type':'function','name':'g'}]}");
}

TEST(calls)
{
	static const struct row rows[] = {
		/* the question comes when the call is whole, at the latest before message_stop */
		{ASKED, REST_CALLS},
		{F_AND_G ONE CLOSE QUESTION("t1") CALLS, REST_CALLS},
		{F_AND_G ONE CLOSE WHY("'tool_use'") QUESTION("t1") STOP, REST_CALLS},
		{F_AND_G ONE CLOSE CALLS, REST_DOUBT},
		{F_AND_G ONE CLOSE CALLS QUESTION("t1"), REST_DOUBT},
		{F_AND_G OPEN_TEXT SAY("hi") CLOSE ONE QUESTION("t1") CLOSE CALLS, REST_CALLS},
		{F_AND_G ONE QUESTION("t1") CLOSE END, REST_CALLS},
		{F_AND_G ONE QUESTION("t1") CLOSE TWO QUESTION("t2") CLOSE CALLS, REST_CALLS},
		{F_AND_G ONE CLOSE TWO QUESTION("t2") QUESTION("t1") CLOSE CALLS, REST_CALLS},
		{F_AND_G ONE CLOSE TWO QUESTION("t2") CLOSE CALLS, REST_DOUBT},
		{F_AND_G ONE QUESTION("t1") CLOSE TWO CLOSE CALLS, REST_DOUBT},
		/* of no call, or again */
		{F_AND_G ONE QUESTION("t1") QUESTION("t9") CLOSE CALLS, REST_DOUBT},
		{F_AND_G ONE QUESTION("t1") QUESTION("t1") CLOSE CALLS, REST_DOUBT},
		{F_AND_G QUESTION("t1") ONE CLOSE CALLS, REST_DOUBT},
		{F_AND_G QUESTION("t1") ONE QUESTION("t1") CLOSE CALLS, REST_DOUBT},
		{F_AND_G ONE ASKS("'tools/call','params':{}") CLOSE CALLS, REST_DOUBT},
		{F_AND_G OPEN_TEXT SAY("hi") QUESTION("t1") CLOSE END DONE, REST_DOUBT},
		/* no call is whole, or they are not all */
		{F_AND_G ONE QUESTION("t1") CLOSE WHY("'max_tokens'") STOP, REST_DOUBT},
		{F_AND_G ONE QUESTION("t1") CLOSE WHY("'refusal'") STOP, REST_DOUBT},
		{F_AND_G ONE QUESTION("t1") CALLS, REST_DOUBT},
		/* a turn without any */
		{F_AND_G OPEN_TEXT SAY("hi") CLOSE END, REST_BUSY},
		{F_AND_G OPEN_TEXT SAY("hi") CLOSE END DONE, REST_IDLE},
	};
	CLEANUP(request_finish) struct request req;

	ask_with_tools(&req);
	check_rows(&req, rows, ARRAY_LEN(rows));
}

/* It waits, and says so now and then. */
TEST(behind_calls)
{
	static const struct row rows[] = {
		{ASKED LIMITS, REST_CALLS},
		{ASKED PROGRESS PROGRESS "\n", REST_CALLS},
		{ASKED "{", REST_DOUBT},
		{ASKED DONE, REST_DOUBT},
		{ASKED RESULT("'is_error':true"), REST_DOUBT},
		{ASKED QUESTION("t1"), REST_DOUBT},
		{ASKED QUESTION("t2"), REST_DOUBT},
		{ASKED "{'type':'user','message':{'role':'user','content':[]}}\n", REST_DOUBT},
		{ASKED START_0, REST_DOUBT},
		{ASKED PROGRESS "{'type':'unheard_of'}\n", REST_DOUBT},
	};
	CLEANUP(request_finish) struct request req;

	ask_with_tools(&req);
	check_rows(&req, rows, ARRAY_LEN(rows));
}

/* A handoff has the questions in the order of the calls. */
TEST(note)
{
	CLEANUP(request_finish) struct request req;
	struct heard *h;

	ask_with_tools(&req);
	h = hear_begin(&req);
	hear_lines(h, F_AND_G ONE CLOSE TWO CLOSE);
	hear_lines(h, "{'type':'control_request','request_id':'r2','request':{'message':{'id':7,"
		      "'method':'tools/call','params':{'_meta':{'claudecode/toolUseId':'t2'}}}}}\n"
		      "{'type':'control_request','request_id':'r1','request':{'message':{'id':'x',"
		      "'method':'tools/call','params':{'_meta':{'claudecode/"
		      "toolUseId':'t1'}}}}}\n" CALLS);
	assert_int_equal(decode_rest(&h->decode), REST_CALLS);
	assert_int_equal(decode_calls(&h->decode)->n, 2);
	assert_string_equal(decode_calls(&h->decode)->list[0].request_id, "r1");
	assert_string_equal(decode_calls(&h->decode)->list[0].rpc_id, "\"x\"");
	assert_string_equal(decode_calls(&h->decode)->list[1].request_id, "r2");
	assert_string_equal(decode_calls(&h->decode)->list[1].rpc_id, "7");
	assert_int_equal(h->decode.replies.len, 0);
	hear_drop(h);
}

#define FITTING                                                                                    \
	INIT_LISTS("'StructuredOutput'", "")                                                       \
	START_0 OPEN_TOOL("t1", "StructuredOutput") ARGS("{}") CLOSE WHY("'tool_use'") STOP
#define FITS RESULT("'is_error':false,'num_turns':2,'structured_output':{}")

TEST(schema)
{
	static const struct row rows[] = {
		{FITTING FITS, REST_IDLE},
		{FITTING "{'type':'user','message':{'role':'user','content':[]}}\n" FITS,
			REST_IDLE},
		{FITTING FITS LIMITS "\n", REST_IDLE},
		{FITTING FITS "{", REST_DOUBT},
		{FITTING FITS FITS, REST_DOUBT},
		{FITTING FITS INIT, REST_DOUBT},
		{FITTING RESULT("'is_error':true,'num_turns':2,'structured_output':{}"),
			REST_DOUBT},
		{FITTING DONE, REST_DOUBT},
		{INIT_LISTS("'StructuredOutput'", "") START_0 WHY("'refusal'") STOP FITS,
			REST_DOUBT},
	};
	CLEANUP(request_finish) struct request req;

	ask(&wire_chat, &req,
		"{'messages':[{'role':'user','content':'hi'}],"
		"'response_format':{'type':'json_object'}}");
	check_rows(&req, rows, ARRAY_LEN(rows));
}

/* A child that has answered before; `said`: since then, which nobody has read. */
static struct heard *begin_again(const char *said)
{
	struct heard *h = hear_begin(NULL);

	decode_continue(&h->decode);
	assert_true(decode_ready(&h->decode));
	hear_lines(h, said);
	return h;
}

TEST(next_turn)
{
	static const char *const said[] = {"", "\n", "noise\n", LIMITS, PROGRESS LIMITS};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct heard *h = begin_again(said[i]);

		check(decode_take_up(&h->decode), "not taken up: %s", said[i]);
		/* there need be no init line */
		hear_lines(h, START_0 OPEN_TEXT SAY("hi") CLOSE END);
		assert_int_equal(decode_rest(&h->decode), REST_BUSY);
		hear_lines(h, DONE);
		assert_int_equal(decode_rest(&h->decode), REST_IDLE);
		hear_end(h, SPOKEN_EVENTS "close\n" ENDED);
	}
}

TEST(not_taken_up)
{
	static const char *const said[] = {DONE, INIT, START_0, "{", "x", QUESTION("t1"), "{}\n",
		"{'type':'user'}\n", "{\\}\n", LIMITS "{'type':'rate_limit", PROGRESS DONE};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct heard *h = begin_again(said[i]);

		check(!decode_take_up(&h->decode), "taken up: %s", said[i]);
		hear_death(h);
		assert_int_equal(decode_rest(&h->decode), REST_DOUBT);
		check(grammar_fault(&h->grammar) == NULL, "%s", grammar_fault(&h->grammar));
		check(!h->grammar.started, "%s: begins an answer", said[i]);
		hear_drop(h);
	}
}

/* What it shows of itself counts as ever. */
TEST(next_turn_is_vetted)
{
	struct heard *h = begin_again("");

	assert_true(decode_take_up(&h->decode));
	hear_lines(h, INIT_WITH("'tools':['Bash'],'mcp_servers':[],'slash_commands':[]," VERSION));
	hear_end(h, "fail internal\n");
}
