#include "claude/options.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* Names, or the beginnings of names where a star ends them. */
static const char *const allowed[] = {
	"HOME",
	"PATH",
	"USER",
	"LOGNAME",
	"LANG",
	"LC_*",
	"TZ",
	"TMPDIR",
	"XDG_*",
	"CLAUDE_*",
	"ANTHROPIC_*",
	"http_proxy",
	"https_proxy",
	"no_proxy",
	"all_proxy",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
	"NODE_EXTRA_CA_CERTS",
};

/*
 * Ours to read, telling the CLI that it runs inside another one, or settings of a turn, which
 * each request has for itself.
 */
static const char *const denied[] = {
	"CLAUDE_BIN",
	"CLAUDE_MODEL",
	"CLAUDE_CODE_ENTRYPOINT",
	"CLAUDE_CODE_MAX_OUTPUT_TOKENS",
	"CLAUDE_CODE_DISABLE_THINKING",
	"CLAUDE_CODE_EXTRA_BODY",
};

/*
 * The first two keep `@path` in a prompt from being read from disk, should
 * client_composed ever not. A retry by the CLI after text was sent would repeat the
 * text, and a summarised conversation would not be the client's. A tool's result that is
 * long would be put into a file, and the model be told to read that. Below its cache directory
 * the CLI logs the names of the functions that are called, and what goes wrong with them: where
 * no directory can be, it does without.
 */
static const char *const fixed[] = {
	"CLAUDE_CODE_DISABLE_FILE_MENTIONS=1",
	"CLAUDE_CODE_DISABLE_ATTACHMENTS=1",
	"CLAUDE_CODE_MAX_RETRIES=0",
	"CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK=1",
	"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
	"DISABLE_AUTOUPDATER=1",
	"DISABLE_AUTO_COMPACT=1",
	"ENABLE_TOOL_SEARCH=0",
	"MAX_MCP_OUTPUT_TOKENS=100000000",
	"XDG_CACHE_HOME=/dev/null",
};

bool options_version_serves(const char *version)
{
	unsigned have[3], need[3];

	if (sscanf(version, "%u.%u.%u", &have[0], &have[1], &have[2]) != 3 ||
		sscanf(OPTIONS_OLDEST_CLI, "%u.%u.%u", &need[0], &need[1], &need[2]) != 3)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(have); i++)
		if (have[i] != need[i])
			return have[i] > need[i];
	return true;
}

const char **options_argv(const char *bin, const char *model)
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

/* Whether the variable `entry` (NAME=value) is one that `pattern` names. */
static bool names(const char *pattern, const char *entry)
{
	size_t n = strcspn(pattern, "*");

	return strncmp(entry, pattern, n) == 0 && (pattern[n] == '*' || entry[n] == '=');
}

static bool is_one_of(const char *const *patterns, size_t n, const char *entry)
{
	for (size_t i = 0; i < n; i++)
		if (names(patterns[i], entry))
			return true;
	return false;
}

static bool is_fixed(const char *entry)
{
	size_t n = strcspn(entry, "=");

	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (strncmp(fixed[i], entry, n) == 0 && fixed[i][n] == '=')
			return true;
	return false;
}

const char **options_env(char *const *environment)
{
	size_t n = 0, count = 0;
	const char **env;

	while (environment[count] != NULL)
		count++;
	env = mem_alloc((count + ARRAY_LEN(fixed) + 1) * sizeof(*env));
	for (size_t i = 0; i < count; i++) {
		const char *entry = environment[i];

		if (is_one_of(allowed, ARRAY_LEN(allowed), entry) &&
			!is_one_of(denied, ARRAY_LEN(denied), entry) && !is_fixed(entry))
			env[n++] = entry;
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		env[n++] = fixed[i];
	return env;
}
