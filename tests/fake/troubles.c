/*
 * What the stand-in for the `claude` CLI says when the API has refused.
 */
#include "plays.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "say.h"

/* What the CLI was seen to say about each trouble with the API. */
static const struct trouble {
	const char *type;  /* of the API's error, or a name of ours where it has none of its own */
	const char *error; /* the CLI's word for it */
	const char *text;
} troubles[] = {
	{"rate_limit_error", "rate_limit", "API Error: Request rejected (429) \u00b7 slow down"},
	{"overloaded_error", "server_error", "API Error: 529 Overloaded."},
	{"not_found_error", "model_not_found", "There's an issue with the selected model."},
	{"authentication_error", "authentication_failed", "Invalid API key"},
	{"not_logged_in", "authentication_failed", "Not logged in \u00b7 Please run /login"},
	{"prompt_too_long", "invalid_request", "Prompt is too long"},
	{"invalid_request_error", "unknown", "API Error: 400 something is wrong"},
	{"api_error", "server_error", "API Error: 500 Internal server error"},
	{"billing_error", "billing_error", "Credit balance is too low"},
	{"connection_failed", "server_error", "API Error: Connection dropped (ECONNRESET)."},
};

static const struct trouble *trouble_of(const char *type)
{
	for (size_t i = 0; i < sizeof(troubles) / sizeof(*troubles); i++)
		if (!strcmp(troubles[i].type, type))
			return &troubles[i];
	complain("no such trouble");
}

/* The lines about it: STATUS is "null" when the API gave none. */
static void tell(const char *status_given, const char *type, bool mid)
{
	const struct trouble *t = trouble_of(type);
	bool too_long = !strcmp(type, "prompt_too_long");
	char status[128] = "\"api_error_status\":null";

	if (strcmp(status_given, "null") != 0)
		snprintf(status, sizeof(status),
			"\"api_error_status\":%.8s,\"api_error_type\":\"%.64s\"", status_given,
			too_long ? "invalid_request_error" : type);
	say("{'type':'assistant','message':{'id':'m','model':'<synthetic>','role':'assistant',"
	    "'stop_reason':'stop_sequence','stop_sequence':'','type':'message','usage':"
	    "{'input_tokens':0,'output_tokens':0},'content':[{'type':'text','text':\"%s\"}]},"
	    "'parent_tool_use_id':null," SESSION ",'error':'%s','is_api_error_message':true,%s}",
		t->text, t->error, status);
	if (mid) {
		event("{'type':'content_block_stop','index':0}");
		event("{'type':'message_delta','delta':{'stop_reason':null,'stop_sequence':null},"
		      "'usage':{'output_tokens':1}}");
		event("{'type':'message_stop'}");
	}
	say("{'terminal_reason':'%s','is_error':true,'num_turns':1,'subtype':'success',%s,"
	    "'result':\"%s\",'type':'result'}",
		too_long ? "prompt_too_long" : "api_error", status, t->text);
	life.status = 1;
}

void do_error(const char **arg)
{
	bool mid = !strcmp(arg[2], "mid");

	go_to(mid ? "mid" : "init");
	tell(arg[0], arg[1], mid);
}

/* The CLI waits before it asks again, and then gives up: MS STATUS TYPE. */
void do_retry(const char **arg)
{
	go_to("init");
	say("{'type':'system','subtype':'api_retry','attempt':1,'max_retries':1,"
	    "'retry_delay_ms':%s,'error_status':%s,'error':'overloaded'," SESSION "}",
		arg[0], arg[1]);
	tell(arg[1], arg[2], false);
}

/* A limit of the subscription, which is over in so many seconds. */
void do_limit(const char **arg)
{
	bool mid = !strcmp(arg[1], "mid");

	go_to(mid ? "mid" : "init");
	say("{'type':'rate_limit_event','rate_limit_info':{'status':'rejected','resetsAt':%lld,"
	    "'rateLimitType':'five_hour'}," SESSION "}",
		(long long)time(NULL) + strtoll(arg[0], NULL, 10));
	tell("429", "rate_limit_error", mid);
}
