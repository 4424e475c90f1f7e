/* Lines of the CLI, good and bad; whole recorded turns are in tests/golden. */
#include "claude/decode.h"

#include "support/check.h"
#include "support/hear.h"
#include "support/lines.h"

TEST(turns)
{
	static const struct hear_row rows[] = {
		{SPOKEN CLOSE END, SPOKEN_EVENTS "close\n" ENDED},
		{INIT START_0 OPEN_THINK THINK("hm") SIGN("x") CLOSE OPEN_TEXT SAY("a") SAY("b")
				CLOSE END,
			"start m1\nopen thinking\nthink hm\nsign x\nclose\nopen text\ntext a\ntext "
			"b\nclose\n" ENDED},
		{INIT START_0 OPEN("{'type':'redacted_thinking','data':'x'}")
				CLOSE OPEN_TEXT SAY("a") CLOSE END,
			"start m1\nopen thinking\nclose\nopen text\ntext a\nclose\n" ENDED},
		/* text that comes with the block's start; empty deltas */
		{INIT START_0 OPEN("{'type':'text','text':'a'}") SAY("") SAY("b") CLOSE END,
			"start m1\nopen text\ntext a\ntext b\nclose\n" ENDED},
		/* the block again, whole */
		{SPOKEN SAY(" you") WHOLE("{'type':'text','text':'hi you'}") CLOSE END,
			SPOKEN_EVENTS "text  you\nclose\n" ENDED},
		/* a character in two halves: repaired in the deltas, whole in the block */
		{SPOKEN SAY("\xe6\x97") SAY("\xa5!")
				WHOLE("{'type':'text','text':'hi\xe6\x97\xa5!'}") CLOSE END,
			SPOKEN_EVENTS
			"text \xef\xbf\xbd\xef\xbf\xbd\ntext \xef\xbf\xbd!\nclose\n" ENDED},
		/* what comes after the end of the message is another matter */
		{SPOKEN CLOSE END INIT START_0 OPEN_TEXT SAY("more"),
			SPOKEN_EVENTS "close\n" ENDED},
		{SPOKEN CLOSE END RESULT("'is_error':true"), SPOKEN_EVENTS "close\n" ENDED},
	};

	HEAR_ROWS(NULL, rows);
}

TEST(lines_of_no_interest)
{
	static const struct hear_row rows[] = {
		{"", ""},
		{"\n\r\nWelcome to Claude\n[]\n", ""},
		{"{}\n{'type':null}\n{'type':5}\n{'type':'keep_alive'}\n", ""},
		{"{'type':'system'}\n{'type':'system','subtype':'status','status':'requesting'}\n",
			""},
		{"{'type':'user','message':{'role':'user','content':'x'}}\n", ""},
		{"{'type':'rate_limit_event','rate_limit_info':{'status':'rejected'}}\n", ""},
		{"{'type':'stream_event'}\n{'type':'stream_event','event':'x'}\n", ""},
		{EVENT("'type':'ping'") EVENT("'type':'unheard_of'") EVENT("'type':5"), ""},
		{SPOKEN DELTA("{'type':'citations_delta','citation':{}}") DELTA("5") CLOSE END,
			SPOKEN_EVENTS "close\n" ENDED},
		{"{'type':'assistant'}\n" WHOLE("") WHOLE("5") WHOLE("{'type':'tool_use'}"), ""},
		{INIT "\r\n" START_0, "start m1\n"},
	};

	HEAR_ROWS(NULL, rows);
}

/* Nothing of an answer is passed on before the CLI has shown that it is what it should be. */
TEST(vetting)
{
	static const struct hear_row rows[] = {
		{START_0, "fail internal\n"},
		{INIT_WITH("'tools':['Bash'],'mcp_servers':[],'slash_commands':[]," VERSION),
			"fail internal\n"},
		{INIT_WITH("'tools':[],'mcp_servers':[{'name':'x'}],'slash_commands':[]," VERSION),
			"fail internal\n"},
		{INIT_WITH("'tools':[],'mcp_servers':[],'slash_commands':['cost']," VERSION),
			"fail internal\n"},
		{INIT_WITH("'mcp_servers':[],'slash_commands':[]," VERSION), "fail internal\n"},
		{INIT_WITH("'tools':null,'mcp_servers':[],'slash_commands':[]," VERSION),
			"fail internal\n"},
		{INIT_WITH("'tools':{},'mcp_servers':[],'slash_commands':[]," VERSION),
			"fail internal\n"},
		{INIT_WITH(EMPTY_LISTS ",'claude_code_version':'2.1.259'"), "fail internal\n"},
		{INIT_WITH(EMPTY_LISTS), "fail internal\n"},
		/* a later init line is no weaker than the first */
		{INIT INIT_WITH("'tools':['Bash'],'mcp_servers':[],'slash_commands':[]," VERSION),
			"fail internal\n"},
		/* a tool that is not there can only have been refused */
		{INIT START_0 OPEN_TOOL("t", "Bash") ANSWERED("t", ",'content':'root:x:0:0'"),
			"start m1\nfail internal\n"},
		{INIT START_0 OPEN_TOOL("t", "Bash") ANSWERED("t", ",'is_error':false"),
			"start m1\nfail internal\n"},
		{INIT START_0 OPEN("{'type':'server_tool_use','id':'t','name':'web_search'}"),
			"start m1\nfail internal\n"},
	};

	HEAR_ROWS(NULL, rows);
}

/* The CLI tells before it asks the API that it would ask for another version. */
TEST(another_model)
{
	static const struct {
		const char *asked, *events;
	} rows[] = {
		{NULL, "fail timeout\n"},
		{"opus", "fail timeout\n"},
		{"claude-opus-5-5", "fail timeout\n"},
		{"claude-opus-4-1", "fail model\n"},
		{"claude-sonnet-5-5", "fail model\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct heard *h = hear_begin(NULL);

		h->decode.asked = rows[i].asked;
		hear_lines(h, INIT_WITH(EMPTY_LISTS "," VERSION ",'model':'claude-opus-5-5'"));
		if (!decode_over(&h->decode))
			hear_death(h);
		else
			check_err("asked", &h->fail, ERR_MODEL, "model");
		hear_end(h, rows[i].events);
	}
}

TEST(order)
{
	static const struct hear_row rows[] = {
		{SPOKEN CLOSE START_0, SPOKEN_EVENTS "close\nfail upstream\n"},
		{INIT START_0 START_0, "start m1\nfail upstream\n"},
		{INIT OPEN_TEXT, "fail upstream\n"},
		{INIT START_0 SAY("x"), "start m1\nfail upstream\n"},
		{INIT START_0 OPEN_THINK SAY("x"), "start m1\nopen thinking\nfail upstream\n"},
		{SPOKEN OPEN_TEXT, SPOKEN_EVENTS "fail upstream\n"},
		{SPOKEN CLOSE CLOSE, SPOKEN_EVENTS "close\nfail upstream\n"},
		{SPOKEN CLOSE SAY("x"), SPOKEN_EVENTS "close\nfail upstream\n"},
		{SPOKEN END, SPOKEN_EVENTS "fail upstream\n"},
		{SPOKEN CLOSE STOP, SPOKEN_EVENTS "close\nfail upstream\n"},
		{SPOKEN CLOSE WHY("null") STOP, SPOKEN_EVENTS "close\nfail upstream\n"},
		{INIT STOP, "fail upstream\n"},
		{INIT START_0 OPEN("{}"), "start m1\nfail upstream\n"},
		{INIT START_0 OPEN("5"), "start m1\nfail upstream\n"},
		/* the whole block is not what was streamed */
		{SPOKEN WHOLE("{'type':'text','text':'hi!'}"), SPOKEN_EVENTS "fail upstream\n"},
		{SPOKEN SAY("\xe6\x97") SAY("\xa5!")
				WHOLE("{'type':'text','text':'hi\xe6\x97\xa5?'}"),
			SPOKEN_EVENTS
			"text \xef\xbf\xbd\xef\xbf\xbd\ntext \xef\xbf\xbd!\nfail upstream\n"},
		{SPOKEN WHOLE("{'type':'text'}"), SPOKEN_EVENTS "fail upstream\n"},
		{SPOKEN SAY("\xff") WHOLE("{'type':'text','text':'h'}"),
			SPOKEN_EVENTS "text \xef\xbf\xbd\nfail upstream\n"},
		{SPOKEN SAY("\xff") WHOLE("{'type':'text','text':'ho\xe6\x97\xa5'}"),
			SPOKEN_EVENTS "text \xef\xbf\xbd\nfail upstream\n"},
		{SPOKEN SAY("\xff"
			    "b"
			    "\xff"
			    "c") WHOLE("{'type':'text','text':'hi\xe6\x97\xa5"
				       "c'}"),
			SPOKEN_EVENTS "text \xef\xbf\xbd"
				      "b\xef\xbf\xbd"
				      "c\nfail upstream\n"},
		{SPOKEN WHOLE("{'type':'text'}"), SPOKEN_EVENTS "fail upstream\n"},
		{SPOKEN RESULT("'is_error':false,'num_turns':1"), SPOKEN_EVENTS "fail upstream\n"},
		{INIT RESULT("'is_error':false,'num_turns':1"), "fail upstream\n"},
		{"{'type':'stream_event',\n", "fail upstream\n"},
		{"{\\}\n", "fail upstream\n"},
	};

	HEAR_ROWS(NULL, rows);
}

/* What the block has no place for is not lost without a word. */
TEST(deltas_of_another_kind)
{
	static const struct hear_row rows[] = {
		{INIT START_0 OPEN_TEXT THINK("x"), "start m1\nopen text\nfail upstream\n"},
		{INIT START_0 OPEN_TEXT ARGS("x"), "start m1\nopen text\nfail upstream\n"},
		{INIT START_0 OPEN_THINK ARGS("x"), "start m1\nopen thinking\nfail upstream\n"},
	};

	HEAR_ROWS(NULL, rows);
}

TEST(stop_reasons)
{
	static const struct {
		const char *line, *event;
	} reasons[] = {
		{WHY("'end_turn'"), "end"},
		{WHY("'stop_sequence'"), "end"},
		{WHY("'max_tokens'"), "length"},
		{WHY("'model_context_window_exceeded'"), "length"},
		{WHY("'refusal'"), "refusal"},
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		CLEANUP_BUF struct buf lines = BUF_INIT(10000);
		CLEANUP_BUF struct buf events = BUF_INIT(1000);

		buf_printf(&lines, "%s%s%s%s", SPOKEN, CLOSE, reasons[i].line, STOP);
		buf_printf(&events, "%sclose\nusage 5/0/0/7/0\nstop %s\n", SPOKEN_EVENTS,
			reasons[i].event);
		hear_row(NULL, &(struct hear_row){lines.data, events.data});
	}
}

/* Cut off before the first word, an answer may be empty. */
TEST(silence_with_a_reason)
{
	static const struct hear_row rows[] = {
		{INIT START_0 WHY("'refusal'") STOP, "start m1\nusage 5/0/0/7/0\nstop refusal\n"},
		{INIT START_0 OPEN_THINK THINK("hm") CLOSE WHY("'max_tokens'") STOP,
			"start m1\nopen thinking\nthink hm\nclose\nusage 5/0/0/7/0\nstop length\n"},
	};

	HEAR_ROWS(NULL, rows);
}

/* A model that has nothing to say has answered: mostly after a tool's result. */
TEST(silence)
{
	static const struct hear_row rows[] = {
		{INIT START_0 END, "start m1\nopen text\nclose\n" ENDED},
		{INIT START_0 OPEN_TEXT CLOSE END, "start m1\nopen text\nclose\n" ENDED},
		{INIT START_0 OPEN_THINK THINK("hm") CLOSE END,
			"start m1\nopen thinking\nthink hm\nclose\nopen text\nclose\n" ENDED},
		{INIT START_0 WHY("'pause_turn'") STOP, "start m1\nopen text\nclose\n" ENDED},
		/* for a call, and none is there */
		{INIT START_0 WHY("'tool_use'") STOP, "start m1\nopen text\nclose\n" ENDED},
		{SPOKEN CLOSE WHY("'tool_use'") STOP, SPOKEN_EVENTS "close\n" ENDED},
	};

	HEAR_ROWS(NULL, rows);
}

/* The prompt's counts come first, the output's last; what is no count is left alone. */
TEST(usage)
{
	static const struct {
		const char *first, *last, *counts;
	} rows[] = {
		{"{'input_tokens':1,'cache_read_input_tokens':2,'cache_creation_input_tokens':3,"
		 "'output_tokens':1}",
			"{'output_tokens':9,'output_tokens_details':{'thinking_tokens':4}}",
			"1/2/3/9/4"},
		{"{'input_tokens':1,'output_tokens':1}", "{'input_tokens':6,'output_tokens':2}",
			"6/0/0/2/0"},
		{"{'input_tokens':1,'output_tokens':3}", "{'output_tokens':null}", "1/0/0/3/0"},
		{"{'input_tokens':-1,'cache_read_input_tokens':1e300,'output_tokens':2}", "null",
			"0/0/0/2/0"},
		{"null", "{}", "0/0/0/0/0"},
		{"5", "[]", "0/0/0/0/0"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf lines = BUF_INIT(10000);
		CLEANUP_BUF struct buf events = BUF_INIT(1000);

		buf_printf(&lines,
			"%s{'type':'stream_event','event':{'type':'message_start','message':"
			"{'model':'m1','usage':%s}}}\n%s%s%s{'type':'stream_event','event':"
			"{'type':'message_delta','delta':{'stop_reason':'end_turn'},'usage':%s}}\n%"
			"s",
			INIT, rows[i].first, OPEN_TEXT, SAY("hi"), CLOSE, rows[i].last, STOP);
		buf_printf(&events, "%sclose\nusage %s\nstop end\n", SPOKEN_EVENTS, rows[i].counts);
		hear_row(NULL, &(struct hear_row){lines.data, events.data});
	}
}

TEST(no_text_is_too_strange)
{
	static const struct hear_row rows[] = {
		{SPOKEN SAY("a\xff"), SPOKEN_EVENTS "text a\xef\xbf\xbd\n"},
		{SPOKEN SAY("\xe6\x97"), SPOKEN_EVENTS "text \xef\xbf\xbd\xef\xbf\xbd\n"},
		{SPOKEN SAY("\\ud83d!"), SPOKEN_EVENTS "text \xef\xbf\xbd!\n"},
		{SPOKEN SAY("a\\u0000b"), SPOKEN_EVENTS "text a\xef\xbf\xbd"
							"b\n"},
		{SPOKEN SAY("\\u0001\\u2028"), SPOKEN_EVENTS "text \x01\xe2\x80\xa8\n"},
	};

	HEAR_ROWS(NULL, rows);
}
