#include "claude/options.h"

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

static void test_argv(void **state)
{
	static const char *const want[] = {"/opt/claude", "--print", "--input-format",
		"stream-json", "--output-format", "stream-json", "--verbose",
		"--include-partial-messages", "--model", "opus", "--tools", "", "--allowedTools",
		"mcp__c", "--setting-sources", "", "--strict-mcp-config",
		"--no-session-persistence", "--disable-slash-commands", "--restricted",
		"--permission-prompts", "none", NULL};

	(void)state;
	check_strings(options_argv("/opt/claude", "opus"), want);
}

#define ALWAYS                                                                                     \
	"CLAUDE_CODE_DISABLE_FILE_MENTIONS=1", "CLAUDE_CODE_DISABLE_ATTACHMENTS=1",                \
		"CLAUDE_CODE_MAX_RETRIES=0", "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK=1",        \
		"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1", "DISABLE_AUTOUPDATER=1",             \
		"DISABLE_AUTO_COMPACT=1", "ENABLE_TOOL_SEARCH=0",                                  \
		"MAX_MCP_OUTPUT_TOKENS=100000000", "XDG_CACHE_HOME=/dev/null"

static void test_env_of_nothing(void **state)
{
	const char *const environment[] = {NULL};
	static const char *const want[] = {ALWAYS, NULL};

	(void)state;
	check_strings(options_env((char *const *)environment), want);
}

static void test_env_allowed(void **state)
{
	const char *const environment[] = {"HOME=/h", "PATH=/bin", "USER=u", "LOGNAME=l", "LANG=C",
		"LC_ALL=C", "LC_CTYPE=C", "TZ=UTC", "TMPDIR=/t", "XDG_DATA_HOME=/x",
		"CLAUDE_CONFIG_DIR=/c", "ANTHROPIC_API_KEY=k", "ANTHROPIC_BASE_URL=http://x",
		"http_proxy=p", "https_proxy=p", "no_proxy=n", "all_proxy=a", "SSL_CERT_FILE=f",
		"SSL_CERT_DIR=d", "NODE_EXTRA_CA_CERTS=e", "CLAUDE_EMPTY=", NULL};
	static const char *const want[] = {"HOME=/h", "PATH=/bin", "USER=u", "LOGNAME=l", "LANG=C",
		"LC_ALL=C", "LC_CTYPE=C", "TZ=UTC", "TMPDIR=/t", "XDG_DATA_HOME=/x",
		"CLAUDE_CONFIG_DIR=/c", "ANTHROPIC_API_KEY=k", "ANTHROPIC_BASE_URL=http://x",
		"http_proxy=p", "https_proxy=p", "no_proxy=n", "all_proxy=a", "SSL_CERT_FILE=f",
		"SSL_CERT_DIR=d", "NODE_EXTRA_CA_CERTS=e", "CLAUDE_EMPTY=", ALWAYS, NULL};

	(void)state;
	check_strings(options_env((char *const *)environment), want);
}

static void test_env_denied(void **state)
{
	const char *const environment[] = {"PROXY_API_KEY=secret", "PROXY_LOG=debug",
		"CLAUDECODE=1", "CLAUDE_CODE_ENTRYPOINT=cli", "CLAUDE_BIN=/x", "CLAUDE_MODEL=opus",
		"CLAUDE_CODE_MAX_OUTPUT_TOKENS=5", "CLAUDE_CODE_DISABLE_THINKING=1",
		"CLAUDE_CODE_EXTRA_BODY={}", "PORT=1", "LD_PRELOAD=x.so", "NODE_OPTIONS=--inspect",
		"HOMEPAGE=x", "XHOME=x", "LANGUAGE=de", "SSL_CERT_FILES=x", "home=x",
		"BASH_FUNC_x%%=() { :; }", "LISTEN_FDS=1", "XDG_CACHE_HOME=/x", "=x", NULL};
	static const char *const want[] = {ALWAYS, NULL};

	(void)state;
	check_strings(options_env((char *const *)environment), want);
}

/* Whoever set one of ours has no say: a name is there once, with our value. */
static void test_env_ours_win(void **state)
{
	const char *const environment[] = {"CLAUDE_CODE_MAX_RETRIES=10", "DISABLE_AUTO_COMPACT=0",
		"TZ=UTC", "CLAUDE_CODE_MAX_RETRIES_X=1", NULL};
	static const char *const want[] = {"TZ=UTC", "CLAUDE_CODE_MAX_RETRIES_X=1", ALWAYS, NULL};

	(void)state;
	check_strings(options_env((char *const *)environment), want);
}

static void test_versions(void **state)
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

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(options_version_serves(rows[i].version) == rows[i].serves, "'%s'",
			rows[i].version);
	assert_true(options_version_serves(OPTIONS_OLDEST_CLI));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_argv),
		cmocka_unit_test(test_env_of_nothing),
		cmocka_unit_test(test_env_allowed),
		cmocka_unit_test(test_env_denied),
		cmocka_unit_test(test_env_ours_win),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
