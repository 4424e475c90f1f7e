#include "claude/offer.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "claude/mcp.h"

static bool is_ours(const struct request *request, const struct aliases *aliases, const char *name)
{
	size_t n = strlen(MCP_TOOL_PREFIX);

	if (strcmp(name, OFFER_SCHEMA_TOOL) == 0)
		return request->schema != NULL;
	return strncmp(name, MCP_TOOL_PREFIX, n) == 0 && aliases_find(aliases, name + n) != NULL;
}

bool offer_shows_too_much(
	const struct request *request, const struct aliases *aliases, const cJSON *line)
{
	const cJSON *tools = json_get(line, "tools");
	const cJSON *servers = json_get(line, "mcp_servers");
	const cJSON *commands = json_get(line, "slash_commands");
	const cJSON *item;

	if (!cJSON_IsArray(tools) || !cJSON_IsArray(servers) || !cJSON_IsArray(commands) ||
		cJSON_GetArraySize(commands) > 0)
		return true;
	cJSON_ArrayForEach(item, tools)
	{
		if (!cJSON_IsString(item) || !is_ours(request, aliases, item->valuestring))
			return true;
	}
	cJSON_ArrayForEach(item, servers)
	{
		const char *name = json_get_string(item, "name");

		if (request->tools.n == 0 || name == NULL || strcmp(name, MCP_SERVER) != 0)
			return true;
	}
	return false;
}

bool offer_shows(const cJSON *line, const char *name)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, json_get(line, "tools"))
	{
		if (cJSON_IsString(item) && strcmp(item->valuestring, name) == 0)
			return true;
	}
	return false;
}

const struct tool *offer_missing(const struct aliases *aliases, const cJSON *line)
{
	const struct tool *missing = NULL;
	size_t shown = 0;

	for (size_t i = 0; i < aliases->tools->n; i++) {
		char name[ALIAS_SIZE + sizeof(MCP_TOOL_PREFIX)];

		snprintf(name, sizeof(name), MCP_TOOL_PREFIX "%s", aliases->list[i]);
		if (offer_shows(line, name))
			shown++;
		else if (missing == NULL)
			missing = &aliases->tools->list[i];
	}
	return shown > 0 ? missing : NULL;
}
