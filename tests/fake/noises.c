/*
 * What the stand-in for the `claude` CLI writes that is hard to read, or of no use.
 */
#include "plays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

static void flood_stderr(long left)
{
	char line[1024];

	memset(line, 'e', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (; left > 0; left -= (long)sizeof(line))
		if (write(2, line, sizeof(line)) < 0)
			break;
}

void do_stderr(const char **arg)
{
	if (!*arg[0])
		close(2);
	if (!strcmp(arg[0], "echo"))
		fprintf(stderr, "You said %s\n", arg[1]);
	flood_stderr(number(arg[0], 0));
	answer("Still here.", 0);
}

void do_gripe(const char **arg)
{
	go_to(arg[0]);
	flood_stderr(number(arg[2], 0));
	fprintf(stderr, "It was %s\n", arg[1]);
	_exit(1);
}

void do_bytes(const char **arg)
{
	voice.piece = (size_t)number(arg[0], 1);
	answer("Z\u00fcrich \u20ac5 \U0001d11e done.", 0);
}

/* Bytes that are no character, halves of surrogate pairs, and some that are as they should be. */
void do_broken(const char **arg)
{
	voice.piece = (size_t)number(arg[0], 65536);
	voice.apart = true;
	answer("caf\xe9 \xe2\x82 \xf0\x9d\x84 \xc0\xaf\xff \xed\xa0\xb4 "
	       "\1 \2 \2\1 \1\2 \u20ac\U0001d11e.",
		0);
}

static char *letters(long n)
{
	char *s = malloc((size_t)n + 1);

	memset(s, 'x', (size_t)n);
	s[n] = 0;
	return s;
}

/* Says that it asks the API, again and again. */
void do_chatter(const char **arg)
{
	go_to(arg[0]);
	while (!voice.unheard) {
		say("{'type':'system','subtype':'status','status':'requesting'," SESSION "}");
		usleep(20000);
	}
	rest();
}

/* Half a line that ends like a whole one. */
void do_truncate(const char **arg)
{
	static const char half[] = "{\"type\":\"stream_event\",\"eve\n";

	go_to(arg[0]);
	put(half, sizeof(half) - 1);
	rest();
}

/* Ends after its message, the last line of which has no newline. */
void do_unended(const char **arg)
{
	go_to("mid");
	close_block(0, "text", PART);
	event("{'type':'message_delta','delta':{'stop_reason':'end_turn','stop_sequence':null},"
	      "'usage':{'output_tokens':9}}");
	voice.eol = "";
	event("{'type':'message_stop'}");
	_exit((int)number(arg[0], 0));
}

/*
 * One long line: "delta" is a piece of the answer, "cut" one after which stdout is closed, "line"
 * one of so many bytes in all, anything else is none of a known type.
 */
void do_long(const char **arg)
{
	const size_t frame = strlen("{'type':'padding','text':''}");
	bool in_all = !strcmp(arg[0], "line");
	char *text = letters(number(arg[1], 10000000) - (in_all ? (long)frame : 0));

	if (!strcmp(arg[0], "delta")) {
		answer(text, 0);
	} else if (!strcmp(arg[0], "cut")) {
		begin();
		open_message();
		open_block(0, "text");
		delta(0, "text", text);
		close(1);
		rest();
	} else {
		say("{'type':'padding','text':'%s'}", text);
		answer("Past the long line.", 0);
	}
	free(text);
}

void do_endless(const char **arg)
{
	char *piece = letters(65536);

	go_to(arg[0]);
	while (!voice.unheard)
		put(piece, 65536);
	rest();
}

void do_noise(const char **arg)
{
	if (!strcmp(arg[0], "crlf"))
		voice.eol = "\r\n";
	if (!strcmp(arg[0], "empty"))
		voice.eol = "\n\n \n";
	if (!strcmp(arg[0], "banner"))
		put("Welcome to Claude!\n", 19);
	if (!strcmp(arg[0], "nul"))
		put("\0\0\n{\"type\":\"padding\",\"text\":\"\0\"}\n", 33);
	if (!strcmp(arg[0], "unknown")) {
		say("{'type':'novelty','subtype':'success','event':{'type':'message_stop'}}");
		say("{'type':'system','subtype':'novelty','tools':['Bash']}");
		say("{'type':'rate_limit_event','rate_limit_info':{'status':'allowed'}}");
		event("{'type':'ping'}");
	}
	if (!strcmp(arg[0], "types")) {
		say("[]");
		say("null");
		say("7");
		say("'text'");
		say("{}");
		say("{'type':7}");
		say("{'type':'system','subtype':['init']}");
		say("{'type':'stream_event','event':'message_stop'}");
		say("{'type':'assistant','message':[]}");
		event("{'type':{'type':'message_stop'}}");
	}
	answer("Heard through the noise.", 0);
}

void do_results(const char **arg)
{
	go_to("after");
	if (!strcmp(arg[0], "twice"))
		result(PART, 1);
	say("{'type':'system','subtype':'session_writes_lost'," SESSION "}");
}
