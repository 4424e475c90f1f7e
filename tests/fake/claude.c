/*
 * A stand-in for the `claude` CLI: the same stream-json lines in both directions, no model.
 *
 * The last user text decides. `fake:NAME ARGUMENT...` plays the scenario of that name
 * (scenarios.c); as the system prompt it plays at `initialize`, as an earlier turn while
 * the history is told, unless it is written `once:NAME ARGUMENT...`; `kept:NAME ARGUMENT...` is
 * played by a process that has answered before. Any other text gets a friendly answer, with a
 * short pause between words if CLAUDE_FAKE_DEMO is 1. CLAUDE_FAKE_VERSION replaces the output of
 * --version.
 *
 * It is strict where the real one breaks silently: a user line without client_composed, a turn
 * without its settings, or one that comes before the last was acknowledged, ends it.
 */
#include "say.h"

#include <cjson/cJSON.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calls.h"
#include "offer.h"
#include "plays.h"

#define DEMO_PAUSE_US 30000

struct life life;

/* A turn that came before it was known which tools there are. */
static cJSON *waiting;

/* Whether it has been said how thinking is shown. */
static bool has_display;

static struct {
	char *data;
	size_t len, size, done;
} input;

static char *next_line(void)
{
	for (;;) {
		char *start = input.data + input.done;
		size_t left = input.len - input.done;
		char *end = left ? memchr(start, '\n', left) : NULL;

		if (end) {
			*end = 0;
			input.done += (size_t)(end - start) + 1;
			return start;
		}
		if (left)
			memmove(input.data, start, left);
		input.len = left;
		input.done = 0;
		if (input.size - left < 65536) {
			input.size += input.size + 65536;
			input.data = realloc(input.data, input.size);
		}
		ssize_t n = read(0, input.data + left, input.size - left);
		if (n <= 0)
			return NULL;
		input.len += (size_t)n;
	}
}

static bool more_waits(void)
{
	return input.len > input.done || poll(&(struct pollfd){.events = POLLIN}, 1, 0) > 0;
}

static void hear(const char *line)
{
	static size_t len, size;
	size_t n = strlen(line);

	if (size < len + n + 2) {
		size = 2 * (len + n + 2);
		life.heard = realloc(life.heard, size);
	}
	life.heard[len] = len ? ',' : '[';
	memcpy(life.heard + len + 1, line, n + 1);
	len += n + 1;
}

static const char *string_of(const cJSON *object, const char *key)
{
	const char *s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));

	return s ? s : "";
}

/* The text of a content or a systemPrompt: a string, or the first text of a list. */
static const char *text_of(const cJSON *content)
{
	const cJSON *item;

	if (cJSON_IsString(content))
		return content->valuestring;
	cJSON_ArrayForEach(item, content)
	{
		if (cJSON_IsString(item))
			return item->valuestring;
		if (!strcmp(string_of(item, "type"), "text"))
			return string_of(item, "text");
	}
	return "";
}

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void set_model(const char *name)
{
	static const char *const known[][2] = {
		{"opus", "claude-opus-5-5"},
		{"sonnet", "claude-sonnet-5-5"},
		{"haiku", "claude-haiku-5-5"},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(name, known[i][0]))
			name = known[i][1];
	free(voice.model);
	voice.model = quote(name);
}

static void acknowledge(const char *response)
{
	say("{'type':'control_response','response':{'subtype':'success','request_id':'%s',"
	    "'response':%s}}",
		life.request_id, response);
}

static void initialize(const cJSON *request)
{
	const char *system = text_of(member(request, "systemPrompt"));

	if (is_scenario(system))
		play(system);
	offer_take(request);
	if (!life.answered)
		acknowledge("{\"models\":["
			    "{\"value\":\"opus\",\"resolvedModel\":\"claude-opus-5-5\"},"
			    "{\"value\":\"sonnet\",\"resolvedModel\":\"claude-sonnet-5-5\"},"
			    "{\"value\":\"haiku\",\"resolvedModel\":\"claude-haiku-5-5\"}],"
			    "\"account\":{\"tokenSource\":\"none\"},\"commands\":[]}");
	offer_ask();
}

static void apply_settings(const cJSON *settings)
{
	static const char *const names[] = {"CLAUDE_CODE_MAX_OUTPUT_TOKENS",
		"CLAUDE_CODE_DISABLE_THINKING", "CLAUDE_CODE_EXTRA_BODY"};
	const cJSON *effort = member(settings, "effortLevel");

	if (!cJSON_IsNull(effort) && !cJSON_IsString(effort))
		complain("settings without an effort");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!cJSON_IsString(member(member(settings, "env"), names[i])))
			complain("settings without the environment of a turn");
	if (cJSON_IsString(member(settings, "model")))
		set_model(string_of(settings, "model"));
	acknowledge("{}");
}

static void set_thinking(const cJSON *request)
{
	if (strcmp(string_of(request, "thinking_display"), "summarized") != 0)
		complain("thinking that is not shown");
	has_display = true;
	acknowledge("{}");
}

static void control(const cJSON *line)
{
	const cJSON *request = member(line, "request");
	const char *subtype = string_of(request, "subtype");

	life.answered = false;
	snprintf(life.request_id, sizeof(life.request_id), "%s", string_of(line, "request_id"));
	if (!strcmp(subtype, "initialize")) {
		initialize(request);
	} else if (!strcmp(subtype, "set_model")) {
		char *response = NULL;

		set_model(string_of(request, "model"));
		if (asprintf(&response, "{\"model\":%s}", voice.model) > 0)
			acknowledge(response);
		free(response);
	} else if (!strcmp(subtype, "apply_flag_settings")) {
		apply_settings(member(request, "settings"));
	} else if (!strcmp(subtype, "set_max_thinking_tokens")) {
		set_thinking(request);
	} else {
		say("{'type':'control_response','response':{'subtype':'error','request_id':'%s',"
		    "'error':'Unsupported control request'}}",
			life.request_id);
	}
}

/* Whether a turn plays a scenario. */
static bool is_played(const char *text, bool query)
{
	static bool has_answered;
	bool kept = has_answered && !strncmp(text, "kept:", 5);

	has_answered = has_answered || query;
	return is_scenario(text) || (query && (kept || !strncmp(text, "once:", 5)));
}

static void user(const cJSON *line)
{
	const char *text = text_of(member(member(line, "message"), "content"));
	const char *slowly = getenv("CLAUDE_FAKE_DEMO");
	bool query = !cJSON_IsFalse(member(line, "shouldQuery"));

	if (!cJSON_IsTrue(member(line, "client_composed")))
		complain("a user line without client_composed");
	if (!has_display)
		complain("a turn without its settings");
	if (is_played(text, query)) {
		play(text);
	} else if (query) {
		demo(text, slowly && !strcmp(slowly, "1") ? DEMO_PAUSE_US : 0);
	} else {
		if (more_waits())
			complain("a turn came before the last one was acknowledged");
		init_line();
		result("", 0);
	}
}

static void take_turn(cJSON *line)
{
	if (offer_waits() && waiting)
		complain("a turn came before the last one was acknowledged");
	if (offer_waits())
		waiting = cJSON_Duplicate(line, true);
	else
		user(line);
}

static void control_answer(const cJSON *line)
{
	if (calls_hear(line))
		return;
	offer_hear(line);
	if (offer_waits() || !waiting)
		return;
	user(waiting);
	cJSON_Delete(waiting);
	waiting = NULL;
}

static void handle(const char *line)
{
	cJSON *json = cJSON_Parse(line);
	const char *type = string_of(json, "type");

	if (!cJSON_IsObject(json))
		complain("error parsing streaming input line");
	hear(line);
	if (!strcmp(type, "control_request"))
		control(json);
	else if (!strcmp(type, "control_response"))
		control_answer(json);
	else if (!strcmp(type, "user"))
		take_turn(json);
	cJSON_Delete(json);
}

static void on_term(int signo)
{
	(void)signo;
	_exit(143);
}

/* The signals as the parent left them, before ours change them. */
static void note_signals(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6))
			strncat(life.signals, line,
				sizeof(life.signals) - strlen(life.signals) - 1);
	if (f)
		fclose(f);
}

/* SIGUSR1 is waited for (do_pause), and may come a little earlier. */
static void set_signals(void)
{
	sigset_t go;

	note_signals();
	sigemptyset(&go);
	sigaddset(&go, SIGUSR1);
	sigprocmask(SIG_BLOCK, &go, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_term);
}

int main(int argc, char **argv)
{
	const char *version = getenv("CLAUDE_FAKE_VERSION");

	if (argc > 1 && !strcmp(argv[1], "--version")) {
		printf("%s (Claude Code)\n", version ? version : voice.version);
		return 0;
	}
	/* Put into our own environment by what counts for scripts/coverage. */
	unsetenv("__LLVM_PROFILE_RT_INIT_ONCE");
	life.argv = argv;
	set_signals();
	set_model("sonnet");
	for (int i = 1; i + 1 < argc; i++)
		if (!strcmp(argv[i], "--model"))
			set_model(argv[i + 1]);
	for (char *line; (line = next_line());)
		handle(line);
	free(voice.model);
	free(life.heard);
	free(input.data);
	return life.status;
}
