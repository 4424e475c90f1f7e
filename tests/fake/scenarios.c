/*
 * What the stand-in for the `claude` CLI does wrong when it is asked to: see claude.c.
 */
#include "say.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "offer.h"
#include "plays.h"

long number(const char *argument, long otherwise)
{
	return *argument ? strtol(argument, NULL, 10) : otherwise;
}

/* Each scenario gets its arguments, "" where there is none. */

static void do_exit(const char **arg)
{
	go_to(arg[0]);
	_exit((int)number(arg[1], 0));
}

static void do_signal(const char **arg)
{
	go_to(arg[0]);
	signal((int)number(arg[1], SIGKILL), SIG_DFL);
	raise((int)number(arg[1], SIGKILL));
}

static void do_hang(const char **arg)
{
	go_to(arg[0]);
	rest();
}

static void do_stubborn(const char **arg)
{
	signal(SIGTERM, SIG_IGN);
	do_hang(arg);
}

static void do_close(const char **arg)
{
	go_to(arg[0]);
	close(1);
	rest();
}

/*
 * Leaves a process behind that holds stdout. deaf: it ignores SIGTERM; group: that, and it has a
 * process group of its own; session: that, and a session; daemon: that, and nobody is its parent.
 */
static void do_grandchild(const char **arg)
{
	bool daemon = !strcmp(arg[1], "daemon"), session = daemon || !strcmp(arg[1], "session");

	if (!fork()) {
		if (*arg[1])
			signal(SIGTERM, SIG_IGN);
		if (session)
			setsid();
		else if (!strcmp(arg[1], "group"))
			setpgid(0, 0);
		if (daemon && fork())
			_exit(0);
		rest();
	}
	if (!strcmp(arg[2], "stay")) {
		go_to(arg[0]);
		rest();
	}
	do_exit((const char *[]){arg[0], ""});
}

/* The CLI's own retry: it says so, and the message begins again. */
static void do_restart(const char **arg)
{
	go_to("mid");
	if (!strcmp(arg[0], "retry"))
		say("{'type':'system','subtype':'api_retry','attempt':1,'max_retries':10,"
		    "'retry_delay_ms':620,'error_status':529,'error':'overloaded'}");
	message("Another answer", 0);
	result("Another answer", 1);
}

static void do_disagree(const char **arg)
{
	(void)arg;
	go_to("mid");
	close_block(0, "text", "Another answer");
	close_message("end_turn");
	result("Another answer", 1);
}

/* As at max_tokens or a refusal: the CLI goes on by itself with a second message. */
static void do_stop(const char **arg)
{
	go_to("mid");
	close_block(0, "text", PART);
	close_message(arg[0]);
	say("{'type':'user','message':{'role':'user','content':[{'type':'text',"
	    "'text':'Resume directly.'}]}," SESSION "}");
	message(" and more", 0);
	result(" and more", 1);
}

static void do_blocks(const char **arg)
{
	(void)arg;
	begin();
	open_message();
	for (int i = 0; i < 3; i++) {
		const char *type = i ? "text" : "thinking";
		const char *text = i == 0 ? "hmm" : i == 1 ? "First." : "Second.";

		open_block(i, type);
		delta(i, type, text);
		close_block(i, type, text);
	}
	close_message("end_turn");
	result("Second.", 1);
}

static void do_init(const char **arg)
{
	if (!strcmp(arg[0], "tools"))
		voice.tools = "\"Bash\"";
	if (!strcmp(arg[0], "mcp_servers"))
		voice.servers = "{\"name\":\"s\",\"status\":\"connected\"}";
	if (!strcmp(arg[0], "slash_commands"))
		voice.commands = "\"cost\"";
	if (!strcmp(arg[0], "version"))
		voice.version = arg[1];
	if (!strcmp(arg[0], "fewer"))
		voice.given = "";
	answer("This must not be seen.", 0);
}

/* count N RATE: the numbers from 1 to N, RATE a second; 0 is as fast as it goes. */
static void do_count(const char **arg)
{
	long n = number(arg[0], 10), rate = number(arg[1], 0);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	for (long i = 1; i <= n; i++)
		fprintf(out, "%s%ld", i > 1 ? " " : "", i);
	fclose(out);
	answer(text, rate ? 1000000 / rate : 0);
	free(text);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void sleep_until(long long ns)
{
	struct timespec t = {.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

/*
 * clock N RATE: N deltas, RATE a second, each saying which it is and when it is written:
 * "NUMBER:NANOSECONDS ", by CLOCK_MONOTONIC. Where in the period is up to the pid, so that many
 * of them do not tick at once.
 */
static void do_clock(const char **arg)
{
	long n = number(arg[0], 10);
	long long period = 1000000000 / number(arg[1], 20), next = now_ns();
	char *all = NULL;
	size_t len = 0;
	FILE *said = open_memstream(&all, &len);

	begin();
	open_message();
	open_block(0, "text");
	next += period - next % period + (unsigned)getpid() * 2654435761U % period;
	for (long i = 1; i <= n; i++, next += period) {
		char text[64];

		sleep_until(next);
		snprintf(text, sizeof(text), "%ld:%lld ", i, now_ns());
		delta(0, "text", text);
		fputs(text, said);
	}
	fclose(said);
	close_block(0, "text", all);
	close_message("end_turn");
	result(all, 1);
	free(all);
}

static void add_fds(cJSON *fds)
{
	DIR *dir = opendir("/proc/self/fd");

	for (struct dirent *e; (e = readdir(dir));) {
		char target[4096] = "";

		if (e->d_name[0] == '.' || atoi(e->d_name) == dirfd(dir))
			continue;
		if (readlinkat(dirfd(dir), e->d_name, target, sizeof(target) - 1) > 0)
			cJSON_AddStringToObject(fds, e->d_name, target);
	}
	closedir(dir);
}

static void do_dump(const char **arg)
{
	cJSON *dump = cJSON_CreateObject(), *list = cJSON_AddArrayToObject(dump, "argv");
	char *cwd = get_current_dir_name();

	(void)arg;
	for (char **p = life.argv; *p; p++)
		cJSON_AddItemToArray(list, cJSON_CreateString(*p));
	list = cJSON_AddArrayToObject(dump, "env");
	for (char **p = environ; *p; p++)
		cJSON_AddItemToArray(list, cJSON_CreateString(*p));
	add_fds(cJSON_AddObjectToObject(dump, "fds"));
	cJSON_AddStringToObject(dump, "cwd", cwd);
	cJSON_AddNumberToObject(dump, "pid", getpid());
	cJSON_AddNumberToObject(dump, "group", getpgrp());
	cJSON_AddStringToObject(dump, "signals", life.signals);
	free(cwd);
	cwd = cJSON_PrintUnformatted(dump);
	answer(cwd, 0);
	free(cwd);
	cJSON_Delete(dump);
}

static void do_heard(const char **arg)
{
	char *text = NULL;

	(void)arg;
	if (asprintf(&text, "%s]", life.heard) > 0)
		answer(text, 0);
	free(text);
}

/* Acknowledges, then never reads again; close: nor could it. */
static void do_deaf(const char **arg)
{
	say("{'type':'control_response','response':{'subtype':'success','request_id':'%s',"
	    "'response':{}}}",
		life.request_id);
	if (!strcmp(arg[0], "close"))
		close(0);
	rest();
}

/* All is well, but it will not hear another word. */
static void do_leave(const char **arg)
{
	(void)arg;
	answer("The last words.", 0);
	poll(&(struct pollfd){.events = POLLIN}, 1, -1);
	_exit(0);
}

static void do_refuse(const char **arg)
{
	(void)arg;
	say("{'type':'control_response','response':{'subtype':'error','request_id':'%s',"
	    "'error':'refused'}}",
		life.request_id);
	life.answered = true;
}

/* Old releases do so: the tools of `initialize` are asked for. */
static void do_ask(const char **arg)
{
	(void)arg;
	offer_overlook_manifests();
}

static const struct {
	const char *name;
	void (*play)(const char **arg);
} scenarios[] = {
	{"exit", do_exit},             /* PHASE CODE */
	{"signal", do_signal},         /* PHASE NUMBER */
	{"hang", do_hang},             /* PHASE */
	{"stubborn", do_stubborn},     /* PHASE; deaf to SIGTERM */
	{"close", do_close},           /* PHASE; lives on without stdout */
	{"grandchild", do_grandchild}, /* PHASE [deaf|group|session|daemon [stay]] */
	{"stderr", do_stderr},         /* [BYTES | echo WORD]; none closes it */
	{"gripe", do_gripe},           /* PHASE WORD [BYTES before it], on stderr */
	{"bytes", do_bytes},           /* [BYTES A WRITE] */
	{"broken", do_broken},         /* [BYTES A WRITE], each read before the next */
	{"long", do_long},             /* delta|cut|line|other BYTES */
	{"endless", do_endless},       /* PHASE */
	{"chatter", do_chatter},       /* PHASE */
	{"truncate", do_truncate},     /* PHASE */
	{"unended", do_unended},       /* [CODE] */
	{"noise", do_noise},           /* crlf|empty|banner|nul|unknown|types */
	{"results", do_results},       /* [twice] */
	{"error", do_error},           /* STATUS|null TYPE [mid] */
	{"retry", do_retry},           /* MS STATUS TYPE */
	{"restart", do_restart},       /* [retry] */
	{"disagree", do_disagree},     /* none */
	{"stop", do_stop},             /* REASON */
	{"blocks", do_blocks},         /* none */
	{"init", do_init},             /* tools|mcp_servers|slash_commands|fewer|version V */
	{"count", do_count},           /* N RATE */
	{"clock", do_clock},           /* N RATE */
	{"dump", do_dump},             /* none */
	{"heard", do_heard},           /* none */
	{"deaf", do_deaf},             /* [close]; at initialize only */
	{"leave", do_leave},           /* none */
	{"refuse", do_refuse},         /* none; at initialize only */
	{"ask", do_ask},               /* none; at initialize only */
	{"limit", do_limit},           /* SECONDS [mid] */
	{"calls", do_calls},           /* N|bare|words */
	{"think", do_think},           /* SIGNATURE */
	{"schema", do_schema},         /* [words|late|none|never|hang] */
	{"pause", do_pause},           /* PHASE [exit|error|told|result|on] */
};

bool is_scenario(const char *text)
{
	return !strncmp(text, "fake:", 5);
}

void play(const char *text)
{
	char *words = strdup(text + 5), *rest_of = words;
	const char *word[4] = {"", "", "", ""};

	for (int i = 0; i < 4 && rest_of; i++)
		word[i] = strsep(&rest_of, " \n");
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(*scenarios); i++)
		if (!strcmp(scenarios[i].name, word[0])) {
			scenarios[i].play(word + 1);
			free(words);
			return;
		}
	complain("no such scenario");
}
