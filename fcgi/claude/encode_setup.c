#include "claude/encode_setup.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/cut.h"
#include "claude/line.h"
#include "claude/mcp.h"

/* A control request; its members are added to the returned object. */
static cJSON *add_control(cJSON *message, const char *id, const char *subtype)
{
	cJSON *request;

	cJSON_AddStringToObject(message, "type", "control_request");
	cJSON_AddStringToObject(message, "request_id", id);
	request = cJSON_AddObjectToObject(message, "request");
	cJSON_AddStringToObject(request, "subtype", subtype);
	return request;
}

int encode_initialize(struct buf *out, const struct request *request, const struct aliases *aliases)
{
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();
	cJSON *init = add_control(message, "init", "initialize");

	/* An empty array, not an absent one: the CLI's own prompt must not take its place. */
	cJSON *prompt = cJSON_AddArrayToObject(init, "systemPrompt");

	if (request->system.len > 0)
		cJSON_AddItemToArray(prompt, cJSON_CreateStringReference(request->system.data));
	if (request->schema != NULL)
		cJSON_AddRawToObject(init, "jsonSchema", request->schema);
	mcp_add_server(init, aliases);
	return line_write(out, message);
}

int encode_set_model(struct buf *out, const char *model)
{
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();

	cJSON_AddStringToObject(add_control(message, "model", "set_model"), "model", model);
	return line_write(out, message);
}

static void add_tool_choice(cJSON *body, const struct aliases *aliases)
{
	static const char *const types[] = {
		[TOOL_CHOICE_AUTO] = "auto",
		[TOOL_CHOICE_NONE] = "none",
		[TOOL_CHOICE_ANY] = "any",
		[TOOL_CHOICE_ONE] = "tool",
	};
	const struct tools *tools = aliases->tools;
	char name[ALIAS_SIZE + sizeof(MCP_TOOL_PREFIX)];
	cJSON *choice;

	if (tools->n == 0 || (tools->choice == TOOL_CHOICE_AUTO && !tools->one_call))
		return;
	choice = cJSON_AddObjectToObject(body, "tool_choice");
	cJSON_AddStringToObject(choice, "type", types[tools->choice]);
	if (tools->choice == TOOL_CHOICE_ONE) {
		snprintf(name, sizeof(name), MCP_TOOL_PREFIX "%s", aliases->list[tools->chosen]);
		cJSON_AddStringToObject(choice, "name", name);
	}
	if (tools->one_call && tools->choice != TOOL_CHOICE_NONE)
		cJSON_AddTrueToObject(choice, "disable_parallel_tool_use");
}

static void add_stops(cJSON *body, const struct request *r)
{
	cJSON *stops = NULL;

	for (size_t i = 0; i < r->n_stops; i++) {
		if (cut_is_ours(r->stops[i]))
			continue;
		if (stops == NULL)
			stops = cJSON_AddArrayToObject(body, "stop_sequences");
		cJSON_AddItemToArray(stops, cJSON_CreateStringReference(r->stops[i]));
	}
}

/* Members that the CLI adds to the body of its API request as they are. */
static char *extra_body(const struct request *r, const struct aliases *aliases)
{
	CLEANUP_JSON cJSON *body = cJSON_CreateObject();

	add_stops(body, r);
	add_tool_choice(body, aliases);
	if (r->temperature >= 0)
		cJSON_AddNumberToObject(body, "temperature", r->temperature);
	if (r->top_p >= 0)
		cJSON_AddNumberToObject(body, "top_p", r->top_p);
	return body->child != NULL ? cJSON_PrintUnformatted(body) : mem_strdup("");
}

/* For a version that the CLI cannot get, it would quietly ask an older one of the family. */
static void add_environment(
	cJSON *settings, const struct request *r, const struct aliases *aliases, const char *model)
{
	CLEANUP_FREE char *body = extra_body(r, aliases);
	cJSON *env = cJSON_AddObjectToObject(settings, "env");
	char limit[24] = "";

	if (r->max_tokens > 0)
		snprintf(limit, sizeof(limit), "%lu", r->max_tokens);
	cJSON_AddStringToObject(env, "CLAUDE_CODE_MAX_OUTPUT_TOKENS", limit);
	cJSON_AddStringToObject(env, "CLAUDE_CODE_DISABLE_THINKING", request_thinks(r) ? "" : "1");
	cJSON_AddStringToObject(env, "CLAUDE_CODE_EXTRA_BODY", body);
	if (model != NULL)
		cJSON_AddStringToObject(env, "CLAUDE_CODE_NO_MODEL_FALLBACK", "1");
}

static bool is_as_usual(const struct request *r, const struct aliases *aliases)
{
	CLEANUP_FREE char *body = extra_body(r, aliases);

	return body[0] == '\0' && r->max_tokens == 0 && r->effort == EFFORT_DEFAULT &&
	       request_thinks(r);
}

static int write_flags(
	struct buf *out, const struct request *r, const struct aliases *aliases, const char *model)
{
	static const char *const efforts[] = {
		[EFFORT_LOW] = "low",
		[EFFORT_MEDIUM] = "medium",
		[EFFORT_HIGH] = "high",
		[EFFORT_XHIGH] = "xhigh",
		[EFFORT_MAX] = "max",
	};
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();
	cJSON *settings = cJSON_AddObjectToObject(
		add_control(message, "flags", "apply_flag_settings"), "settings");

	if (efforts[r->effort] != NULL)
		cJSON_AddStringToObject(settings, "effortLevel", efforts[r->effort]);
	else
		cJSON_AddNullToObject(settings, "effortLevel");
	if (model != NULL)
		cJSON_AddStringToObject(settings, "model", model);
	add_environment(settings, r, aliases, model);
	return line_write(out, message);
}

/* Without it the CLI asks for thinking that is told only in its outlines. */
static int write_display(struct buf *out)
{
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();
	cJSON *request = add_control(message, "display", "set_max_thinking_tokens");

	cJSON_AddNullToObject(request, "max_thinking_tokens");
	cJSON_AddStringToObject(request, "thinking_display", "summarized");
	return line_write(out, message);
}

int encode_settings(struct buf *out, const struct request *request, const struct aliases *aliases,
	const char *model)
{
	return write_flags(out, request, aliases, model) < 0 ? -1 : write_display(out);
}

int encode_first_settings(struct buf *out, const struct request *request,
	const struct aliases *aliases, const char *model)
{
	if (model == NULL && is_as_usual(request, aliases))
		return write_display(out);
	return encode_settings(out, request, aliases, model);
}
