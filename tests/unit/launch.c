#include "claude/launch.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"

static void check_strings(const char **got, const char *const *want)
{
	size_t i;

	for (i = 0; want[i] != NULL; i++) {
		check(got[i] != NULL, "number %zu, %s, is missing", i, want[i]);
		check(strcmp(got[i], want[i]) == 0, "number %zu is %s, want %s", i, got[i],
			want[i]);
	}
	check(got[i] == NULL, "one too many: %s", got[i]);
	free(got);
}

TEST(argv)
{
	static const char *const want[] = {"/opt/claude", "--print", "--input-format",
		"stream-json", "--output-format", "stream-json", "--verbose",
		"--include-partial-messages", "--debug-to-stderr", "--model", "opus", "--tools", "",
		"--allowedTools", "mcp__c", "--setting-sources", "", "--strict-mcp-config",
		"--no-session-persistence", "--disable-slash-commands", "--restricted",
		"--permission-prompts", "none", NULL};

	check_strings(launch_argv("/opt/claude", "opus"), want);
}

TEST(versions)
{
	static const struct {
		const char *version;
		bool serves;
	} rows[] = {
		{"2.1.260", true},
		{"2.1.330 (Claude Code)", true},
		{"2.1.1000", true},
		{"2.2.0", true},
		{"3.0.0", true},
		{"2.1.259", false},
		{"2.1.26 (Claude Code)", false},
		{"2.0.999", false},
		{"1.9.999", false},
		{"2.1", false},
		{"", false},
		{"Claude Code", false},
		{"v2.1.330", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(launch_version_serves(rows[i].version) == rows[i].serves, "'%s'",
			rows[i].version);
	assert_true(launch_version_serves(LAUNCH_OLDEST_CLI));
}
