#include "say.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REST_S 120 /* a forgotten stand-in ends by itself */

struct voice voice = {
	.tools = "",
	.servers = "",
	.commands = "",
	.given = "",
	.given_servers = "",
	.version = "2.1.330",
	.eol = "\n",
	.piece = 65536,
};

_Noreturn void complain(const char *what)
{
	fprintf(stderr, "fake claude: %s\n", what);
	_exit(1);
}

_Noreturn void rest(void)
{
	for (int i = 0; i < REST_S * 10; i++)
		nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
	_exit(0);
}

void put(const char *p, size_t n)
{
	while (n && !voice.unheard) {
		ssize_t done = write(1, p, n < voice.piece ? n : voice.piece);

		if (done < 0)
			voice.unheard = true; /* the real one runs on as well */
		else
			p += done, n -= (size_t)done;
		if (voice.apart)
			wait_for_reader();
	}
}

/* The template is checked against the values where `say` is called. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *fill(const char *template, va_list values)
{
	char *format = strdup(template);
	char *out = NULL;

	for (char *p = format; *p; p++)
		if (*p == '\'')
			*p = '"';
	if (vasprintf(&out, format, values) < 0)
		complain("out of memory");
	free(format);
	return out;
}
#pragma GCC diagnostic pop

void say(const char *template, ...)
{
	va_list values;

	va_start(values, template);
	char *line = fill(template, values);
	va_end(values);
	put(line, strlen(line));
	put(voice.eol, strlen(voice.eol));
	free(line);
}

void event(const char *template, ...)
{
	va_list values;

	va_start(values, template);
	char *json = fill(template, values);
	va_end(values);
	say("{'type':'stream_event','event':%s," SESSION ",'parent_tool_use_id':null}", json);
	free(json);
}

char *quote(const char *s)
{
	cJSON *string = cJSON_CreateString(s);
	char *json = cJSON_PrintUnformatted(string);

	for (char *p = json; (p = strstr(p, "\\u0001"));)
		memcpy(p, "\\ud834", 6);
	for (char *p = json; (p = strstr(p, "\\u0002"));)
		memcpy(p, "\\udd1e", 6);
	cJSON_Delete(string);
	return json;
}

void init_line(void)
{
	const char *tools = *voice.given && *voice.tools ? "," : "";
	const char *servers = *voice.given_servers && *voice.servers ? "," : "";

	say("{'type':'system','subtype':'init','tools':[%s%s%s],'mcp_servers':[%s%s%s],'model':%s,"
	    "'permissionMode':'default','slash_commands':[%s],'claude_code_version':'%s'," SESSION
	    "}",
		voice.given, tools, voice.tools, voice.given_servers, servers, voice.servers,
		voice.model, voice.commands, voice.version);
}

void open_message(void)
{
	event("{'type':'message_start','message':{'id':'msg_01','type':'message',"
	      "'role':'assistant','model':%s,'content':[],'stop_reason':null,"
	      "'stop_sequence':null,'usage':{'input_tokens':11,'cache_creation_input_tokens':3,"
	      "'cache_read_input_tokens':5,'output_tokens':1}}}",
		voice.model);
}

void open_block(int index, const char *type)
{
	event("{'type':'content_block_start','index':%d,'content_block':{'type':'%s','%s':''}}",
		index, type, type);
}

void delta(int index, const char *type, const char *text)
{
	char *json = quote(text);

	event("{'type':'content_block_delta','index':%d,'delta':{'type':'%s_delta','%s':%s}}",
		index, type, type, json);
	free(json);
}

void close_block(int index, const char *type, const char *text)
{
	char *json = quote(text);

	say("{'type':'assistant','message':{'id':'msg_01','type':'message','role':'assistant',"
	    "'model':%s,'content':[{'type':'%s','%s':%s}],'stop_reason':null,"
	    "'stop_sequence':null,'usage':{'input_tokens':11,'output_tokens':1}},"
	    "'parent_tool_use_id':null," SESSION "}",
		voice.model, type, type, json);
	event("{'type':'content_block_stop','index':%d}", index);
	free(json);
}

static void input_delta(int index, const char *json)
{
	char *piece = quote(json);

	event("{'type':'content_block_delta','index':%d,'delta':{'type':'input_json_delta',"
	      "'partial_json':%s}}",
		index, piece);
	free(piece);
}

int tool_round;

void tool_block(int index, const char *name, const char *input, long pause_us)
{
	event("{'type':'content_block_start','index':%d,'content_block':{'type':'tool_use',"
	      "'id':'toolu_%d%d','name':'%s','input':{}}}",
		index, tool_round, index, name);
	input_delta(index, "");
	for (const char *p = input; *p;) {
		char piece[8] = "";
		size_t n = strnlen(p, 3);

		/* The rest of a character. */
		while (((unsigned char)p[n] & 0xc0) == 0x80 && n + 1 < sizeof(piece))
			n++;
		input_delta(index, strncat(piece, p, n));
		p += n;
		usleep((useconds_t)pause_us);
	}
	say("{'type':'assistant','message':{'id':'msg_01','type':'message','role':'assistant',"
	    "'model':%s,'content':[{'type':'tool_use','id':'toolu_%d%d','name':'%s','input':%s}],"
	    "'stop_reason':null,'stop_sequence':null},'parent_tool_use_id':null," SESSION "}",
		voice.model, tool_round, index, name, *input ? input : "{}");
	event("{'type':'content_block_stop','index':%d}", index);
}

void close_message(const char *stop_reason)
{
	event("{'type':'message_delta','delta':{'stop_reason':'%s','stop_sequence':null},"
	      "'usage':{'output_tokens':9}}",
		stop_reason);
	event("{'type':'message_stop'}");
}

void result(const char *text, int turns)
{
	char *json = quote(text);

	say("{'is_error':false,'num_turns':%d,'stop_reason':%s," SESSION ","
	    "'usage':{'input_tokens':11,'output_tokens':9},'subtype':'success',"
	    "'api_error_status':null,'result':%s,'type':'result'}",
		turns, turns ? "\"end_turn\"" : "null", json);
	free(json);
}

void begin(void)
{
	init_line();
	say("{'type':'system','subtype':'status','status':'requesting'," SESSION "}");
}

void message(const char *text, long pause_us)
{
	const char *p = text;

	open_message();
	open_block(0, "text");
	while (*p) {
		size_t n = strcspn(p + 1, " ") + 1;
		char *word = strndup(p, n);

		delta(0, "text", word);
		free(word);
		p += n;
		if (pause_us)
			usleep((useconds_t)pause_us);
	}
	close_block(0, "text", text);
	close_message("end_turn");
}

void answer(const char *text, long pause_us)
{
	begin();
	message(text, pause_us);
	result(text, 1);
}

void wait_for_reader(void)
{
	int left = 1;

	for (int i = 0; i < 100000 && !voice.unheard && !ioctl(1, FIONREAD, &left) && left; i++)
		nanosleep(&(struct timespec){.tv_nsec = 50000}, NULL);
}

void go_to(const char *phase)
{
	bool line = !strcmp(phase, "line"), mid = line || !strcmp(phase, "mid");
	bool after = !strcmp(phase, "after"), done = after || !strcmp(phase, "done");

	if (!strcmp(phase, "before"))
		return;
	begin();
	if (done)
		message(PART, 0);
	if (after)
		result(PART, 1);
	if (!mid)
		return;
	open_message();
	open_block(0, "text");
	delta(0, "text", PART);
	if (line)
		put("{\"type\":\"stream_ev", 18);
	wait_for_reader();
}
