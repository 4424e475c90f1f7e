#include "claude/mcp.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/line.h"

#define MCP_VERSION "2025-11-25"

static cJSON *server_info(void)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *info;

	cJSON_AddStringToObject(o, "protocolVersion", MCP_VERSION);
	cJSON_AddObjectToObject(cJSON_AddObjectToObject(o, "capabilities"), "tools");
	info = cJSON_AddObjectToObject(o, "serverInfo");
	cJSON_AddStringToObject(info, "name", MCP_SERVER);
	cJSON_AddStringToObject(info, "version", "1");
	return o;
}

static cJSON *tool_list(const struct aliases *aliases)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *list = cJSON_AddArrayToObject(o, "tools");

	for (size_t i = 0; i < aliases->tools->n; i++) {
		const struct tool *t = &aliases->tools->list[i];
		cJSON *tool = cJSON_CreateObject();

		cJSON_AddItemToArray(list, tool);
		cJSON_AddItemToObject(tool, "name", cJSON_CreateStringReference(aliases->list[i]));
		if (t->description != NULL)
			cJSON_AddItemToObject(
				tool, "description", cJSON_CreateStringReference(t->description));
		cJSON_AddRawToObject(tool, "inputSchema", t->schema);
		/* All calls of a message are then asked for at once; the model is not told. */
		cJSON_AddTrueToObject(cJSON_AddObjectToObject(tool, "annotations"), "readOnlyHint");
		cJSON_AddNumberToObject(cJSON_AddObjectToObject(tool, "_meta"),
			"anthropic/maxResultSizeChars", MCP_MAX_RESULT);
	}
	return o;
}

void mcp_add_server(cJSON *initialize, const struct aliases *aliases)
{
	cJSON *manifests, *server;

	if (aliases->tools->n == 0)
		return;
	cJSON_AddItemToArray(cJSON_AddArrayToObject(initialize, "sdkMcpServers"),
		cJSON_CreateString(MCP_SERVER));
	manifests = cJSON_AddObjectToObject(initialize, "sdkMcpServerManifests");
	server = cJSON_AddObjectToObject(manifests, MCP_SERVER);
	cJSON_AddItemToObject(server, "initializeResult", server_info());
	cJSON_AddItemToObject(server, "toolsListResult", tool_list(aliases));
}

static const cJSON *message_of(const cJSON *line)
{
	return json_get(json_get(line, "request"), "message");
}

/* What the server "says" to a method; NULL for one that needs no answer of ours. */
static cJSON *result_of(const struct aliases *aliases, const char *method)
{
	if (strcmp(method, "initialize") == 0)
		return server_info();
	if (strcmp(method, "tools/list") == 0)
		return tool_list(aliases);
	if (strcmp(method, "notifications/initialized") == 0)
		return cJSON_CreateObject();
	return NULL;
}

/* A response of the server to what the CLI asked in the control request `id`; takes both. */
static int respond(struct buf *out, const char *id, cJSON *rpc_id, cJSON *result)
{
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();
	cJSON *response, *rpc;

	cJSON_AddStringToObject(message, "type", "control_response");
	response = cJSON_AddObjectToObject(message, "response");
	cJSON_AddStringToObject(response, "subtype", "success");
	cJSON_AddStringToObject(response, "request_id", id);
	rpc = cJSON_AddObjectToObject(
		cJSON_AddObjectToObject(response, "response"), "mcp_response");
	cJSON_AddStringToObject(rpc, "jsonrpc", "2.0");
	cJSON_AddItemToObject(rpc, "id", rpc_id);
	cJSON_AddItemToObject(rpc, "result", result);
	return line_write(out, message);
}

int mcp_answer(struct buf *out, const struct aliases *aliases, const cJSON *line)
{
	const cJSON *asked = message_of(line);
	const char *method = json_get_string(asked, "method");
	const char *id = json_get_string(line, "request_id");
	const cJSON *rpc_id = json_get(asked, "id");
	cJSON *result = method != NULL && id != NULL ? result_of(aliases, method) : NULL;

	if (result == NULL)
		return 0;
	return respond(out, id,
		rpc_id != NULL ? cJSON_Duplicate(rpc_id, true) : cJSON_CreateNumber(0), result);
}

void mcp_calls_finish(struct mcp_calls *calls)
{
	for (size_t i = 0; i < calls->n; i++) {
		free(calls->list[i].id);
		free(calls->list[i].request_id);
		free(calls->list[i].rpc_id);
	}
	free(calls->list);
	*calls = (struct mcp_calls){0};
}

struct mcp_call *mcp_calls_add(struct mcp_calls *calls)
{
	calls->list = mem_grow(calls->list, (calls->n + 1) * sizeof(*calls->list));
	calls->list[calls->n] = (struct mcp_call){0};
	return &calls->list[calls->n++];
}

bool mcp_calls_have(const struct mcp_calls *calls, const char *id)
{
	for (size_t i = 0; i < calls->n; i++)
		if (strcmp(calls->list[i].id, id) == 0)
			return true;
	return false;
}

bool mcp_calls_are_asked(const struct mcp_calls *calls)
{
	for (size_t i = 0; i < calls->n; i++)
		if (calls->list[i].request_id == NULL)
			return false;
	return true;
}

bool mcp_is_call(const cJSON *line)
{
	const char *method = json_get_string(message_of(line), "method");

	return method != NULL && strcmp(method, "tools/call") == 0;
}

bool mcp_calls_take(struct mcp_calls *calls, const cJSON *line)
{
	const char *request_id = json_get_string(line, "request_id");
	const cJSON *rpc_id = json_get(message_of(line), "id");
	const char *call_id = json_get_string(
		json_get(json_get(message_of(line), "params"), "_meta"), "claudecode/toolUseId");

	if (request_id == NULL || rpc_id == NULL || call_id == NULL)
		return false;
	for (size_t i = 0; i < calls->n; i++) {
		struct mcp_call *c = &calls->list[i];

		if (strcmp(c->id, call_id) != 0 || c->request_id != NULL)
			continue;
		c->request_id = mem_strdup(request_id);
		c->rpc_id = cJSON_PrintUnformatted(rpc_id);
		return true;
	}
	return false;
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/*
 * What the CLI passes on as it is when it comes as the answer to its own question. Images it
 * scales, documents and URLs have no place in one, of nothing it makes words of its own, and
 * what is long it puts into a file.
 */
bool mcp_takes(const struct part *result)
{
	bool says = false;
	size_t n = 0;

	for (size_t i = 0; i < result->n_parts; i++) {
		const struct part *p = &result->parts[i];

		if (p->kind != PART_TEXT)
			return false;
		says = says || !is_blank(p->text);
		n += strlen(p->text);
	}
	return says && n <= MCP_MAX_ANSWER;
}

int mcp_answer_call(struct buf *out, const struct mcp_call *asked, const struct part *result)
{
	cJSON *o = cJSON_CreateObject();
	cJSON *content = cJSON_AddArrayToObject(o, "content");

	for (size_t i = 0; i < result->n_parts; i++) {
		cJSON *text = cJSON_CreateObject();

		cJSON_AddItemToArray(content, text);
		cJSON_AddStringToObject(text, "type", "text");
		cJSON_AddItemToObject(
			text, "text", cJSON_CreateStringReference(result->parts[i].text));
	}
	cJSON_AddFalseToObject(o, "isError");
	return respond(out, asked->request_id, cJSON_CreateRaw(asked->rpc_id), o);
}
