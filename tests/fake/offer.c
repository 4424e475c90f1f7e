#include "offer.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define PREFIX "mcp__c__"

static const char *const questions[] = {"initialize", "notifications/initialized", "tools/list"};
#define N_QUESTIONS (sizeof(questions) / sizeof(*questions))

static struct {
	bool overlooks;
	bool has_server;
	size_t asked; /* the question that is not answered yet, from 1 on */
	cJSON *tools; /* the model's names */
	cJSON *schema;
	char *shown; /* voice.given */
} offer;

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool is(const cJSON *object, const char *key, const char *value)
{
	const char *s = cJSON_GetStringValue(member(object, key));

	return s && !strcmp(s, value);
}

void offer_overlook_manifests(void)
{
	offer.overlooks = true;
}

static void add_tool(const cJSON *tool)
{
	const char *name = cJSON_GetStringValue(member(tool, "name"));
	char full[65];

	if (!name || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-") != strlen(name))
		complain("a tool with a name that would be changed");
	if (snprintf(full, sizeof(full), PREFIX "%s", name) >= (int)sizeof(full))
		complain("a tool with a name that is too long");
	if (!is(member(tool, "inputSchema"), "type", "object"))
		complain("a tool whose arguments are no object");
	cJSON_AddItemToArray(offer.tools, cJSON_CreateString(full));
}

/* Makes the init lines show what there is. */
static void show(void)
{
	const cJSON *tool;
	char *all = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&all, &len);

	cJSON_ArrayForEach(tool, offer.tools)
	{
		fprintf(out, "%s\"%s\"", ftell(out) > 0 ? "," : "", tool->valuestring);
	}
	if (offer.schema)
		fprintf(out, "%s\"StructuredOutput\"", ftell(out) > 0 ? "," : "");
	fclose(out);
	free(offer.shown);
	voice.given = offer.shown = all;
	if (offer.has_server)
		voice.given_servers = "{\"name\":\"c\",\"status\":\"connected\"}";
}

static void take_tools(const cJSON *list)
{
	const cJSON *tool;

	if (!cJSON_IsArray(member(list, "tools")))
		complain("a list of tools that is none");
	cJSON_Delete(offer.tools);
	offer.tools = cJSON_CreateArray();
	cJSON_ArrayForEach(tool, member(list, "tools"))
	{
		add_tool(tool);
	}
}

static void take_server(const cJSON *server)
{
	if (!is(member(server, "initializeResult"), "protocolVersion", "2025-11-25"))
		complain("an MCP server of another protocol");
	take_tools(member(server, "toolsListResult"));
}

/* The real one takes a schema only if it is valid, as those of the gateway are: here by the title.
 */
static bool is_schema(const cJSON *schema)
{
	const char *title = cJSON_GetStringValue(member(schema, "title"));

	return cJSON_IsObject(schema) && (!title || strcmp(title, "not a valid one") != 0);
}

void offer_take(const cJSON *request)
{
	const cJSON *schema = member(request, "jsonSchema");
	const cJSON *servers = member(request, "sdkMcpServers");

	offer.has_server = cJSON_GetArraySize(servers) == 1;
	if (offer.has_server && strcmp(cJSON_GetArrayItem(servers, 0)->valuestring, "c") != 0)
		complain("an MCP server of another name than c");
	if (offer.has_server && !offer.overlooks)
		take_server(member(member(request, "sdkMcpServerManifests"), "c"));
	if (is_schema(schema))
		offer.schema = cJSON_Duplicate(schema, true);
	show();
}

static void ask_next(void)
{
	const char *question = questions[offer.asked++];
	bool is_note = !strncmp(question, "notifications/", 14);
	char id[16] = "";

	if (!is_note)
		snprintf(id, sizeof(id), ",\"id\":%zu", offer.asked);
	say("{'type':'control_request','request_id':'mcp-%zu','request':{'subtype':'mcp_message',"
	    "'server_name':'c','message':{'jsonrpc':'2.0','method':'%s'%s}}}",
		offer.asked, question, id);
}

void offer_ask(void)
{
	if (offer.has_server && offer.overlooks)
		ask_next();
}

bool offer_waits(void)
{
	return offer.asked > 0;
}

void offer_hear(const cJSON *line)
{
	const cJSON *response = member(line, "response");
	const cJSON *rpc = member(member(response, "response"), "mcp_response");
	const cJSON *result = member(rpc, "result");
	char id[32];

	snprintf(id, sizeof(id), "mcp-%zu", offer.asked);
	if (!offer_waits() || !is(response, "request_id", id) ||
		!is(response, "subtype", "success"))
		complain("an answer to what was not asked");
	if (!is(rpc, "jsonrpc", "2.0") || !cJSON_IsObject(result))
		complain("an answer that is no JSON-RPC");
	if (offer.asked != 2 && cJSON_GetNumberValue(member(rpc, "id")) != (double)offer.asked)
		complain("an answer with the id of another question");
	if (offer.asked == 1 && !cJSON_IsObject(member(member(result, "capabilities"), "tools")))
		complain("a server without tools");
	if (offer.asked < N_QUESTIONS) {
		ask_next();
		return;
	}
	offer.asked = 0;
	take_tools(result);
	show();
}

const char *offer_tool(size_t i)
{
	int n = cJSON_GetArraySize(offer.tools);

	if (n == 0)
		complain("no tool was offered");
	return cJSON_GetArrayItem(offer.tools, (int)(i % (size_t)n))->valuestring;
}

bool offer_has_schema(void)
{
	return offer.schema != NULL;
}

static cJSON *example(const cJSON *schema, const char *text)
{
	const cJSON *choices = member(schema, "enum"), *property;
	cJSON *object;

	if (choices)
		return cJSON_Duplicate(cJSON_GetArrayItem(choices, 0), true);
	if (is(schema, "type", "string"))
		return cJSON_CreateString(text);
	if (is(schema, "type", "boolean"))
		return cJSON_CreateFalse();
	if (is(schema, "type", "array"))
		return cJSON_CreateArray();
	if (is(schema, "type", "number") || is(schema, "type", "integer"))
		return cJSON_CreateNumber(1);
	if (!is(schema, "type", "object"))
		return cJSON_CreateNull();
	object = cJSON_CreateObject();
	cJSON_ArrayForEach(property, member(schema, "properties"))
	{
		cJSON_AddItemToObject(object, property->string, example(property, text));
	}
	return object;
}

char *offer_example(const char *text)
{
	cJSON *json = example(offer.schema, text);
	char *printed = cJSON_PrintUnformatted(json);

	cJSON_Delete(json);
	return printed;
}
