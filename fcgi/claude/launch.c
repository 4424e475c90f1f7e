#include "claude/launch.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

bool launch_version_serves(const char *version)
{
	unsigned have[3], need[3];

	if (sscanf(version, "%u.%u.%u", &have[0], &have[1], &have[2]) != 3 ||
		sscanf(LAUNCH_OLDEST_CLI, "%u.%u.%u", &need[0], &need[1], &need[2]) != 3)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(have); i++)
		if (have[i] != need[i])
			return have[i] > need[i];
	return true;
}

const char **launch_argv(const char *bin, const char *model)
{
	const char *argv[] = {
		bin,
		"--print",
		"--input-format",
		"stream-json",
		"--output-format",
		"stream-json",
		"--verbose",
		"--include-partial-messages",
		"--debug-to-stderr",
		"--model",
		model,
		"--tools",
		"",
		"--allowedTools",
		"mcp__c",
		"--setting-sources",
		"",
		"--strict-mcp-config",
		"--no-session-persistence",
		"--disable-slash-commands",
		"--restricted",
		"--permission-prompts",
		"none",
		NULL,
	};
	const char **copy = mem_alloc(sizeof(argv));

	memcpy(copy, argv, sizeof(argv));
	return copy;
}
