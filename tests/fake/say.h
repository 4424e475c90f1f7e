/*
 * The lines of the stand-in for the `claude` CLI: see claude.c.
 */
#ifndef FAKE_SAY_H
#define FAKE_SAY_H

#include <stdbool.h>
#include <stddef.h>

/* A template in which ' stands for ", so that the JSON stays readable; values are not touched. */
#define TEMPLATE __attribute__((format(printf, 1, 2)))

#define SESSION "'session_id':'00000000-0000-4000-8000-000000000000','uuid':'u'"
#define PART    "Half an answer"

/* How it speaks and what it claims to be; a scenario may change any of it. */
struct voice {
	char *model;                                      /* as JSON, like the next three */
	const char *tools, *servers, *commands, *version; /* of the init line */
	const char *given, *given_servers;                /* the same, of what the client offered */
	const char *eol;
	size_t piece; /* bytes a write */
	bool apart;   /* each write is read before the next */
	bool unheard; /* nobody reads our stdout any more */
};
extern struct voice voice;

_Noreturn void complain(const char *what);
_Noreturn void rest(void); /* silent until killed */

void put(const char *p, size_t n);
TEMPLATE void say(const char *template, ...);
TEMPLATE void event(const char *template, ...); /* inside a stream_event line */

/* The JSON of s, in which \1 and \2 stand for halves of a surrogate pair. The caller frees. */
char *quote(const char *s);

/* The lines of a turn; type is text or thinking. */
void init_line(void);
void begin(void); /* the init line, and that a request is on its way */
void open_message(void);
void open_block(int index, const char *type);
void delta(int index, const char *type, const char *text);
void close_block(int index, const char *type, const char *text);
void close_message(const char *stop_reason);
void result(const char *text, int turns);

/*
 * A whole block by which the model calls a tool. Its input comes in pieces of a few letters,
 * which no JSON token keeps together; an empty one comes in none. Its id is toolu_ROUND INDEX;
 * the caller counts the rounds.
 */
void tool_block(int index, const char *name, const char *input, long pause_us);
extern int tool_round;

/* message_start to message_stop, and after answer() the result too; a delta a word. */
void message(const char *text, long pause_us);
void answer(const char *text, long pause_us);

/* Returns when the reader has taken all that was put: what follows comes with another read. */
void wait_for_reader(void);

/*
 * Where in a turn a scenario strikes: before (no byte yet), init (no message yet), mid (some
 * text is out), line (and half a line), done (message_stop is out), after (so is the result).
 */
void go_to(const char *phase);

/* scenarios.c: is_scenario is whether `text` begins with "fake:"; play takes any such word. */
bool is_scenario(const char *text);
void play(const char *text);

/* What a scenario may ask about the process. */
extern struct life {
	char **argv;
	char signals[256];   /* dispositions inherited from the parent */
	char request_id[64]; /* of the control request at hand */
	bool answered;       /* it has its response */
	int status;          /* exit status at the end of stdin */
	char *heard;         /* every line so far, a JSON array without its end */
} life;

#endif
