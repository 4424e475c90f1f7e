/*
 * Answers of the stand-in for the `claude` CLI that are more than plain text.
 */
#include "plays.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "calls.h"
#include "offer.h"
#include "say.h"

#define LONGEST_PAUSE_S 120
#define SCHEMA_TOOL     "StructuredOutput"

void do_calls(const char **arg)
{
	bool words = !strcmp(arg[0], "words"), bare = !strcmp(arg[0], "bare");
	const char *tool;
	int n = atoi(arg[0]), index = 0;

	begin();
	open_message();
	wait_for_reader();
	if (words) {
		open_block(index, "text");
		delta(index, "text", PART);
		close_block(index++, "text", PART);
	}
	for (int i = 0; i < (n ? n : 1); i++) {
		char input[128] = "";

		if (!bare)
			snprintf(input, sizeof(input),
				"{\"n\": %d, \"text\": \"a \\\"quoted\\\" caf\\u00e9 \\\\ "
				"\U0001d11e\"}",
				i);
		tool = offer_tool((size_t)i);
		tool_block(index, tool, input, 0);
		calls_ask(index++, tool);
	}
	close_message("tool_use");
}

void do_think(const char **arg)
{
	begin();
	open_message();
	open_block(0, "thinking");
	delta(0, "thinking", "Let me ");
	delta(0, "thinking", "see.");
	delta(0, "signature", arg[0]);
	close_block(0, "thinking", "Let me see.");
	open_block(1, "text");
	delta(1, "text", PART);
	close_block(1, "text", PART);
	close_message("end_turn");
	result(PART, 1);
}

/* What the model is told of its answer, as the result of the tool that gives it. */
static void judge(const char *text, bool is_error)
{
	say("{'type':'user','message':{'role':'user','content':[{'type':'tool_result',"
	    "'tool_use_id':'toolu_00','content':'%s','is_error':%s}]}," SESSION "}",
		text, is_error ? "true" : "false");
}

static void fitting_message(int index, const char *json, long pause_us)
{
	tool_block(index, SCHEMA_TOOL, json, pause_us);
	close_message("tool_use");
	judge("Structured output provided successfully", false);
	say("{'is_error':false,'num_turns':2,'stop_reason':'end_turn'," SESSION
	    ",'usage':{'input_tokens':11,'output_tokens':9},'subtype':'success','result':'',"
	    "'structured_output':%s,'type':'result'}",
		json);
}

/* Words that nobody asked for where an answer has to fit a schema. */
static void words(void)
{
	open_block(0, "text");
	delta(0, "text", "Here it is:");
	close_block(0, "text", "Here it is:");
}

/*
 * words: some stand before the answer. late: first a message that has nothing else. none: the
 * turn ends without one. never: the CLI gives up. hang: it does not say whether it fits.
 */
void do_schema(const char **arg)
{
	char *json = offer_example("caf\xc3\xa9 \"quoted\"");
	bool none = !strcmp(arg[0], "none"), never = !strcmp(arg[0], "never");
	bool late = none || never || !strcmp(arg[0], "late");
	bool wordy = late || !strcmp(arg[0], "words");

	begin();
	open_message();
	if (wordy)
		words();
	if (late) {
		close_message("end_turn");
		judge("Output does not match the schema", true);
		wait_for_reader();
	}
	if (none) {
		result("Here it is:", 1);
	} else if (never) {
		say("{'type':'result','subtype':'error_max_structured_output_retries',"
		    "'is_error':true,'num_turns':5," SESSION "}");
	} else {
		if (late)
			open_message();
		if (!strcmp(arg[0], "hang")) {
			tool_block(0, SCHEMA_TOOL, json, 0);
			close_message("tool_use");
			rest();
		}
		fitting_message(wordy && !late, json, 0);
	}
	free(json);
}

static void wait_for_go(void)
{
	sigset_t go;

	sigemptyset(&go);
	sigaddset(&go, SIGUSR1);
	if (sigtimedwait(&go, NULL, &(struct timespec){.tv_sec = LONGEST_PAUSE_S}) < 0)
		complain("nobody said to go on");
}

/*
 * exit: it ends then; error: the API has failed; told: it acknowledges an earlier turn; result:
 * it ends the turn; on: it does what it would have done.
 */
void do_pause(const char **arg)
{
	bool mid = !strcmp(arg[0], "mid");

	go_to(arg[0]);
	wait_for_go();
	if (!strcmp(arg[1], "on"))
		return;
	if (!strcmp(arg[1], "result")) {
		result(PART, 1);
		return;
	}
	if (!strcmp(arg[1], "exit"))
		_exit(3);
	if (!strcmp(arg[1], "told")) {
		init_line();
		result("", 0);
	} else if (!strcmp(arg[1], "error")) {
		do_error((const char *[]){"529", "overloaded_error", ""});
	} else if (mid) {
		delta(0, "text", " and the rest");
		close_block(0, "text", PART " and the rest");
		close_message("end_turn");
		result(PART " and the rest", 1);
	} else {
		answer(PART " and the rest", 0);
	}
}

void demo(const char *text, long pause_us)
{
	char *all = NULL, *json;

	if (asprintf(&all, "This is the demo: no model is behind it. You wrote: %s", text) < 0)
		complain("out of memory");
	if (offer_has_schema()) {
		json = offer_example(all);
		begin();
		open_message();
		fitting_message(0, json, pause_us);
		free(json);
	} else {
		answer(all, pause_us);
	}
	free(all);
}
