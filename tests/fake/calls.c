#include "calls.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define MAX_CALLS 64

/* The question number N has the request id run-N and, as JSON-RPC, the id N. */
static struct {
	int asked, first, open;
	char *results;
} calls;

void calls_ask(int index, const char *tool)
{
	if (calls.open == 0)
		calls.first = calls.asked;
	if (++calls.asked - calls.first > MAX_CALLS)
		complain("too many calls");
	calls.open++;
	say("{'type':'control_request','request_id':'run-%d','request':{'subtype':'mcp_message',"
	    "'server_name':'c','message':{'method':'tools/call','params':{'name':'%s',"
	    "'arguments':{},'_meta':{'claudecode/toolUseId':'toolu_%d%d','progressToken':%d}},"
	    "'jsonrpc':'2.0','id':%d}}}",
		calls.asked, tool + strlen("mcp__c__"), tool_round, index, calls.asked,
		calls.asked);
}

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static void add_result(const cJSON *result)
{
	const cJSON *part = cJSON_GetArrayItem(member(result, "content"), 0);
	const char *text = cJSON_GetStringValue(member(part, "text"));
	char *all = NULL;

	if (!cJSON_IsFalse(member(result, "isError")))
		complain("a result that does not say whether it is an error");
	if (asprintf(&all, "%s%s%s", calls.results ? calls.results : "Results: ",
		    calls.results ? ", " : "", text ? text : "an image") < 0)
		complain("out of memory");
	free(calls.results);
	calls.results = all;
}

static void go_on(void)
{
	say("{'type':'user','message':{'role':'user','content':[{'tool_use_id':'toolu_00',"
	    "'type':'tool_result','content':[{'type':'text','text':'as it was told'}]}]},"
	    "'parent_tool_use_id':null," SESSION "}");
	tool_round++;
	say("{'type':'system','subtype':'status','status':'requesting'," SESSION "}");
	message(calls.results, 0);
	result(calls.results, 2);
	free(calls.results);
	calls.results = NULL;
}

bool calls_hear(const cJSON *line)
{
	const cJSON *response = member(line, "response");
	const char *id = cJSON_GetStringValue(member(response, "request_id"));
	const cJSON *rpc = member(member(response, "response"), "mcp_response");
	int number;

	if (!id || sscanf(id, "run-%d", &number) != 1)
		return false;
	if (number <= calls.first || number > calls.asked || calls.open == 0)
		complain("a result of a call that was not asked for");
	if (cJSON_GetNumberValue(member(rpc, "id")) != number)
		complain("a result with the id of another question");
	add_result(member(rpc, "result"));
	if (--calls.open == 0)
		go_on();
	return true;
}
