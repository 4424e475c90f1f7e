/* Lines of the CLI about an answer that must fit a schema, and about limits of the account. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/hear.h"
#include "support/lines.h"

static struct request req, unstreamed, with_tool;

#define OURS       INIT_LISTS("'StructuredOutput'", "")
#define BEGUN      OURS START_0
#define OPEN_FIT   OPEN_TOOL("t1", "StructuredOutput")
#define CALLED     CLOSE WHY("'tool_use'") STOP
#define FITS(rest) RESULT("'is_error':false,'num_turns':2,'structured_output':{'a':1}" rest)
#define FITTING    OPEN_FIT ARGS("{\\'a\\'") ARGS(":1}")
#define FIT_EVENTS "open text\ntext {\"a\"\ntext :1}\nclose\n"

static int begin_requests(void **state)
{
	(void)state;
	ask(&wire_chat, &req,
		"{'messages':[{'role':'user','content':'hi'}],'stream':true,"
		"'response_format':{'type':'json_object'}}");
	ask(&wire_chat, &unstreamed,
		"{'messages':[{'role':'user','content':'hi'}],"
		"'response_format':{'type':'json_object'}}");
	ask(&wire_chat, &with_tool,
		"{'messages':[{'role':'user','content':'hi'}],'stream':true,"
		"'tools':[{'type':'function','function':{'name':'f'}}],"
		"'response_format':{'type':'json_object'}}");
	return 0;
}

static int end_requests(void **state)
{
	(void)state;
	request_finish(&req);
	request_finish(&unstreamed);
	request_finish(&with_tool);
	return 0;
}

TEST_GROUP(begin_requests, end_requests);

TEST(answers)
{
	static const struct hear_row rows[] = {
		/* it is over when the CLI found it to fit, not before */
		{BEGUN FITTING CALLED, "start m1\n" FIT_EVENTS},
		{BEGUN FITTING CALLED FITS(""), "start m1\n" FIT_EVENTS ENDED},
		/* the model's words around it */
		{BEGUN OPEN_TEXT SAY("Here ") SAY("you are") WHOLE("{'type':'text','text':'Here "
								   "you are'}")
				CLOSE FITTING CALLED FITS(""),
			"start m1\n" FIT_EVENTS ENDED},
		{BEGUN OPEN_THINK THINK("hm") SIGN("s") CLOSE FITTING CALLED FITS(""),
			"start m1\nopen thinking\nthink hm\nsign s\nclose\n" FIT_EVENTS ENDED},
		{BEGUN FITTING CLOSE OPEN_TEXT SAY("Done.") CLOSE WHY("'tool_use'") STOP FITS(""),
			"start m1\n" FIT_EVENTS ENDED},
		/* of two in one message the first counts */
		{BEGUN FITTING CLOSE OPEN_FIT ARGS("{\\'b\\':2}") CALLED FITS(""),
			"start m1\n" FIT_EVENTS ENDED},
		/* the model tries again while nothing was said, and what it all cost counts */
		{BEGUN OPEN_TEXT SAY("1") CLOSE END START_0 FITTING CALLED FITS(
			 ",'usage':{'input_tokens':10,'output_tokens':14}"),
			"start m1\n" FIT_EVENTS "usage 10/0/0/14/0\nstop end\n"},
	};

	HEAR_ROWS(&req, rows);
}

/* An object without members has no delta, but is JSON all the same. */
TEST(empty_object)
{
	static const struct hear_row rows[] = {
		{BEGUN OPEN_FIT ARGS("") CALLED RESULT("'is_error':false,'num_turns':2,"
						       "'structured_output':{}"),
			"start m1\nopen text\ntext {}\nclose\n" ENDED},
	};

	HEAR_ROWS(&req, rows);
}

TEST(bad_answers)
{
	static const struct hear_row rows[] = {
		{OURS INIT_LISTS("", ""), "fail invalid\n"},
		{INIT_LISTS("'StructuredOutput','Bash'", ""), "fail internal\n"},
		/* none, which is the model's doing: asked again it would cost as much again */
		{BEGUN OPEN_TEXT SAY("No.") CLOSE END RESULT("'is_error':false,'num_turns':2"),
			"start m1\nfail invalid\n"},
		{BEGUN FITTING CALLED RESULT("'is_error':false,'num_turns':2"),
			"start m1\n" FIT_EVENTS "fail invalid\n"},
		{BEGUN OPEN_TEXT SAY("No.") CLOSE END FITS(""), "start m1\nfail invalid\n"},
		{BEGUN OPEN_TEXT SAY("No.")
				CLOSE END RESULT("'is_error':true,'num_turns':6,'terminal_reason':"
						 "'structured_output_retry_exhausted'"),
			"start m1\nfail invalid\n"},
		{OURS RESULT("'is_error':false,'num_turns':1"), "fail upstream\n"},
		/* another, when the client has begun to read the first */
		{BEGUN FITTING CALLED START_0, "start m1\n" FIT_EVENTS "fail invalid\n"},
		/* the result before the message's end */
		{BEGUN FITTING CLOSE FITS(""), "start m1\n" FIT_EVENTS "fail upstream\n"},
		/* hidden words too must be what was streamed */
		{BEGUN OPEN_TEXT SAY("1") WHOLE("{'type':'text','text':'2'}"),
			"start m1\nfail upstream\n"},
		{BEGUN OPEN_FIT SAY("x"), "start m1\nopen text\nfail upstream\n"},
	};

	HEAR_ROWS(&req, rows);
}

#define HELD_EVENTS "open text\ntext {\"a\":1}\nclose\n"
#define MISFIT      OPEN_FIT ARGS("{\\'a\\':0}") CALLED

/* Without `stream` an answer waits until the CLI has found it to fit. */
TEST(held_answers)
{
	static const struct hear_row rows[] = {
		{BEGUN FITTING CALLED, "start m1\n"},
		{BEGUN FITTING CALLED FITS(""), "start m1\n" HELD_EVENTS ENDED},
		/* the client never knows of those before it */
		{BEGUN MISFIT START_0 FITTING CALLED FITS(""),
			"start m1\n" HELD_EVENTS "usage 10/0/0/14/0\nstop end\n"},
		{BEGUN MISFIT START_0 MISFIT START_0 OPEN_TEXT SAY("No.")
				CLOSE END RESULT("'is_error':false,'num_turns':4"),
			"start m1\nfail invalid\n"},
		{BEGUN FITTING CLOSE OPEN_TEXT SAY("Done.") CLOSE WHY("'tool_use'") STOP FITS(""),
			"start m1\n" HELD_EVENTS ENDED},
		{BEGUN OPEN_FIT ARGS("{\\'a") CLOSE WHY("'max_tokens'") STOP,
			"start m1\nopen text\ntext {\"a\nclose\n" COUNTED "stop length\n"},
		{BEGUN OPEN_FIT CALLED FITS(""), "start m1\nopen text\ntext {}\nclose\n" ENDED},
	};

	HEAR_ROWS(&unstreamed, rows);
}

/* Who asked must read there which parameter it is about. */
TEST(misfit_names_the_parameter)
{
	struct heard *h = hear_begin(&unstreamed);

	hear_lines(h, BEGUN MISFIT RESULT("'is_error':false,'num_turns':2"));
	check_err("misfit", &h->fail, ERR_INVALID, "response_format");
	hear_drop(h);
}

/* Cut short or refused, an answer ends with its message: the CLI would go on by itself. */
TEST(other_ends)
{
	static const struct hear_row rows[] = {
		{BEGUN OPEN_FIT ARGS("{\\'a") CLOSE WHY("'max_tokens'") STOP,
			"start m1\nopen text\ntext {\"a\nclose\n" COUNTED "stop length\n"},
		{BEGUN OPEN_TEXT SAY("I wi") CLOSE WHY("'refusal'") STOP,
			"start m1\n" COUNTED "stop refusal\n"},
		{BEGUN WHY("'refusal'") STOP, "start m1\n" COUNTED "stop refusal\n"},
	};

	HEAR_ROWS(&req, rows);
}

#define BOTH INIT_LISTS("'mcp__c__f','StructuredOutput'", SERVER)

/* With tools beside the schema a turn may be a call: then it ends like any other. */
TEST(beside_tools)
{
	static const struct hear_row rows[] = {
		{BOTH START_0 OPEN_CALL("t2", "f") CLOSE WHY("'tool_use'") STOP,
			"start m1\nopen call f t2\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{BOTH START_0 OPEN_TEXT SAY("I look.") CLOSE OPEN_CALL("t2", "f")
				CLOSE WHY("'tool_use'") STOP,
			"start m1\nopen call f t2\nargs {}\nclose\n" COUNTED "stop calls\n"},
		{BOTH START_0 FITTING CALLED FITS(""), "start m1\n" FIT_EVENTS ENDED},
		{INIT_LISTS("'mcp__c__f'", SERVER), "fail invalid\n"},
		{INIT_LISTS("'StructuredOutput'", SERVER), "fail invalid\n"},
	};

	HEAR_ROWS(&with_tool, rows);
}

/* A stop sequence may come before the first word. */
TEST(stop_sequence_at_once)
{
	CLEANUP(request_finish) struct request stops;
	static const struct hear_row rows[] = {
		{INIT START_0 WHY("'stop_sequence'") STOP, "start m1\nopen text\nclose\n" ENDED},
	};

	ask(&wire_chat, &stops, "{'messages':[{'role':'user','content':'hi'}],'stop':'X'}");
	HEAR_ROWS(&stops, rows);
}

/* Those that the API does not take end the answer here; what the model says then is lost. */
TEST(stop_sequence_of_ours)
{
	CLEANUP(request_finish) struct request stops;
	static const struct hear_row rows[] = {
		{INIT START_0 OPEN_TEXT SAY("one") SAY("\\n\\ntwo") SAY("three") CLOSE END,
			"start m1\nopen text\ntext one\nclose\nusage 5/0/0/1/0\nstop end\n"},
		{INIT START_0 OPEN_TEXT SAY("one\\n") SAY("two\\n") CLOSE END,
			"start m1\nopen text\ntext one\ntext \ntwo\ntext \n\nclose\n" ENDED},
		{INIT START_0 OPEN_TEXT SAY("\\n\\n"),
			"start m1\nopen text\nclose\nusage 5/0/0/1/0\nstop end\n"},
		/* its thoughts may have them */
		{INIT START_0 OPEN_THINK THINK("a\\n\\nb") CLOSE OPEN_TEXT SAY("c") CLOSE END,
			"start m1\nopen thinking\nthink a\n\nb\nclose\nopen text\ntext "
			"c\nclose\n" ENDED},
	};
	struct heard *h;

	ask(&wire_chat, &stops, "{'messages':[{'role':'user','content':'hi'}],'stop':'\\n\\n'}");
	HEAR_ROWS(&stops, rows);
	h = hear_begin(&stops);
	hear_lines(h, INIT START_0 OPEN_TEXT SAY("\\n\\n"));
	assert_int_equal(decode_rest(&h->decode), REST_DOUBT);
	hear_drop(h);
}

#define LIMIT(status, resets)                                                                      \
	"{'type':'rate_limit_event','rate_limit_info':{'status':'" status "'" resets "}}\n"
#define SLOW_DOWN                                                                                  \
	"{'type':'assistant','message':{'model':'<synthetic>','content':[{'type':'text','text':"   \
	"'slow down'}]},'error':'rate_limit','is_api_error_message':true}\n"                       \
	"{'type':'result','is_error':true,'num_turns':1,'subtype':'success'}\n"

#define FULL                                                                                       \
	"{'type':'assistant','message':{'model':'<synthetic>','content':[]},"                      \
	"'error':'overloaded','is_api_error_message':true}\n"                                      \
	"{'type':'result','is_error':true,'num_turns':1,'subtype':'success'}\n"

#define RETRY(ms) "{'type':'system','subtype':'api_retry','retry_delay_ms':" ms "}\n"

/* When the API takes requests again is told to the client, if the CLI tells us. */
TEST(resets)
{
	static const struct {
		const char *lines;
		unsigned seconds; /* 0: some other number, as without being told */
	} rows[] = {
		{LIMIT("rejected", ",'resetsAt':1700003600") SLOW_DOWN, 3600},
		{LIMIT("rejected", ",'resetsAt':1700000001") SLOW_DOWN, 1},
		{LIMIT("allowed", ",'resetsAt':1700003600") SLOW_DOWN, 0},
		{LIMIT("rejected", ",'resetsAt':1699999999") SLOW_DOWN, 0},
		{LIMIT("rejected", ",'resetsAt':null") SLOW_DOWN, 0},
		{LIMIT("rejected", "") SLOW_DOWN, 0},
		{SLOW_DOWN, 0},
		{RETRY("620") SLOW_DOWN, 1},
		{RETRY("45000") SLOW_DOWN, 45},
		{RETRY("-1") SLOW_DOWN, 0},
		{RETRY("'soon'") SLOW_DOWN, 0},
		{LIMIT("rejected", ",'resetsAt':1700003600") RETRY("620") SLOW_DOWN, 3600},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct heard *h = hear_begin(NULL);

		h->decode.now = 1700000000;
		hear_lines(h, INIT);
		hear_lines(h, rows[i].lines);
		check(h->fail.kind == ERR_RATE_LIMIT, "row %zu: %s", i, h->fail.message);
		check(h->fail.retry_after > 0, "row %zu: no time is named", i);
		check(rows[i].seconds == 0 ? h->fail.retry_after < 1000
					   : h->fail.retry_after == rows[i].seconds,
			"row %zu: %u", i, h->fail.retry_after);
		hear_drop(h);
	}
}

/* What the API told to wait counts where no limit says when it renews. */
TEST(wait)
{
	static const struct {
		const char *lines;
		unsigned seconds;
	} rows[] = {
		{SLOW_DOWN, 7},
		{FULL, 7},
		{LIMIT("rejected", "") SLOW_DOWN, 7},
		{LIMIT("rejected", ",'resetsAt':1700003600") SLOW_DOWN, 3600},
		{LIMIT("allowed", ",'resetsAt':1700003600") SLOW_DOWN, 7},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct heard *h = hear_begin(NULL);

		h->decode.now = 1700000000;
		h->decode.wait = 7;
		hear_lines(h, INIT);
		hear_lines(h, rows[i].lines);
		check(h->fail.retry_after == rows[i].seconds, "row %zu: %u", i,
			h->fail.retry_after);
		hear_drop(h);
	}
}

/* What no clock holds is not believed. */
TEST(strange_resets)
{
	static const char *const lines[] = {
		LIMIT("rejected", ",'resetsAt':1e300") SLOW_DOWN,
		LIMIT("rejected", ",'resetsAt':-1e300") SLOW_DOWN,
		LIMIT("rejected", ",'resetsAt':'soon'") SLOW_DOWN,
		/* five seconds and as many as an unsigned number has */
		LIMIT("rejected", ",'resetsAt':5994967301") SLOW_DOWN,
		"{'type':'rate_limit_event','rate_limit_info':5}\n" SLOW_DOWN,
		"{'type':'rate_limit_event'}\n" SLOW_DOWN,
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct heard *h = hear_begin(NULL);

		h->decode.now = 1700000000;
		hear_lines(h, INIT);
		hear_lines(h, lines[i]);
		check(h->fail.kind == ERR_RATE_LIMIT, "row %zu: %s", i, h->fail.message);
		check(h->fail.retry_after > 5, "row %zu: %u", i, h->fail.retry_after);
		hear_drop(h);
	}
}

TEST(damaged_streams)
{
	hear_damaged(&req, BEGUN OPEN_TEXT SAY("1") CLOSE END START_0 FITTING CALLED FITS(""));
}
