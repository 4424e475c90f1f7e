#include "claude/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

static const char *const ours[] = {"CLAUDE_CODE_DISABLE_FILE_MENTIONS=1",
	"CLAUDE_CODE_DISABLE_ATTACHMENTS=1", "CLAUDE_CODE_MAX_RETRIES=0",
	"CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK=1", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
	"CLAUDE_CODE_DISABLE_LEGACY_MODEL_REMAP=1", "DISABLE_AUTOUPDATER=1",
	"DISABLE_AUTO_COMPACT=1", "ENABLE_TOOL_SEARCH=0", "MAX_MCP_OUTPUT_TOKENS=100000000",
	"XDG_CACHE_HOME=/dev/null", "ANTHROPIC_LOG=debug", "CLAUDE_CODE_DEBUG_LOG_LEVEL=error"};

/* The child gets exactly the entries of `want`, which NULL ends, and then ours. */
static void check_passed(const char *const *environment, const char *more, const char *const *want)
{
	CLEANUP_FREE const char **got = environment_make((char *const *)environment, more);
	size_t i = 0;

	for (; want[i] != NULL; i++) {
		check(got[i] != NULL, "%s is missing", want[i]);
		check(strcmp(got[i], want[i]) == 0, "%s, want %s", got[i], want[i]);
	}
	for (size_t j = 0; j < ARRAY_LEN(ours); j++, i++) {
		check(got[i] != NULL, "%s is missing", ours[j]);
		check(strcmp(got[i], ours[j]) == 0, "%s, want %s", got[i], ours[j]);
	}
	check(got[i] == NULL, "one too many: %s", got[i]);
}

/* All of them pass, or none does. */
static void check_all(const char *const *environment)
{
	check_passed(environment, "", environment);
}

static void check_none(const char *const *environment)
{
	static const char *const nothing[] = {NULL};

	check_passed(environment, "", nothing);
}

static void check_left_out(const char *const *environment, const char *more, const char *want)
{
	CLEANUP_BUF struct buf out = BUF_INIT(1024);

	environment_left_out((char *const *)environment, more, &out);
	check(strcmp(buf_str(&out), want) == 0, "left out: %s, want %s", buf_str(&out), want);
}

TEST(passed)
{
	static const char *const nothing[] = {NULL};
	static const char *const general[] = {"HOME=/h", "PATH=/bin", "USER=u", "LOGNAME=l",
		"LANG=C", "LC_ALL=C", "LC_CTYPE=C", "TZ=UTC", "TMPDIR=/t", "XDG_DATA_HOME=/x",
		"XDG_CONFIG_HOME=", NULL};
	static const char *const login[] = {"CLAUDE_CONFIG_DIR=/c", "ANTHROPIC_API_KEY=k",
		"ANTHROPIC_AUTH_TOKEN=t", "CLAUDE_CODE_OAUTH_TOKEN=o", "ANTHROPIC_PROFILE=p",
		"ANTHROPIC_IDENTITY_TOKEN_FILE=/i", "ANTHROPIC_BASE_URL=http://x",
		"ANTHROPIC_CUSTOM_HEADERS=X-A: b", "ANTHROPIC_DEFAULT_OPUS_MODEL=claude-opus-4-6",
		"ANTHROPIC_BASE_URL=", "ANTHROPIC_FOUNDRY_RESOURCE=r", NULL};
	static const char *const network[] = {"http_proxy=p", "https_proxy=p", "HTTPS_PROXY=p",
		"no_proxy=n", "NO_PROXY=n", "all_proxy=a", "ALL_PROXY=a", "SSL_CERT_FILE=f",
		"SSL_CERT_DIR=d", "NODE_EXTRA_CA_CERTS=e", "CLAUDE_CODE_CLIENT_CERT=c",
		"CLAUDE_CODE_CLIENT_KEY=k", "VERTEX_REGION_CLAUDE_4_6_OPUS=r", "CLOUD_ML_REGION=g",
		NULL};

	check_all(nothing);
	check_all(general);
	check_all(login);
	check_all(network);
}

TEST(not_passed)
{
	static const char *const others[] = {"PROXY_API_KEY=secret", "PROXY_LOG=debug", "PORT=1",
		"LD_PRELOAD=x.so", "NODE_OPTIONS=--inspect", "BUN_OPTIONS=--preload=x",
		"HOMEPAGE=x", "XHOME=x", "LANGUAGE=de", "SSL_CERT_FILES=x", "home=x", "LC=C",
		"NO_PROXY", "BASH_FUNC_x%%=() { :; }", "LISTEN_FDS=1", "XDG_CACHE_HOME=/x", "=x",
		"", "ANTHROPIC_BASE_URL", NULL};
	static const char *const forged[] = {"HTTP_PROXY=http://evil", "HTTP_ANTHROPIC_BASE_URL=x",
		"HTTP_HOME=x", "HTTP_=x", "HTTP_PROXY", "QUERY_STRING=x", NULL};
	static const char *const changing[] = {"CLAUDECODE=1", "CLAUDE_CODE_ENTRYPOINT=cli",
		"CLAUDE_BIN=/x", "CLAUDE_MODEL=opus", "CLAUDE_CODE_EFFORT_LEVEL=max",
		"MAX_THINKING_TOKENS=1", "CLAUDE_CODE_MAX_OUTPUT_TOKENS=5",
		"CLAUDE_CODE_DISABLE_THINKING=1", "CLAUDE_CODE_EXTRA_BODY={}", "ANTHROPIC_BETAS=b",
		"CLAUDE_CODE_SIMPLE=1", "CLAUDE_CODE_ENABLE_TELEMETRY=1", "ANTHROPIC_LOG=debug",
		"CLAUDE_CODE_DEBUG_LOGS_DIR=/x", "CLAUDE_=1", "ANTHROPIC_=1", "ANTHROPIC_MODEL=x",
		"ANTHROPIC_API_KEYS=x", "CLAUDE_ENV_FILE=x", NULL};

	check_none(others);
	check_none(forged);
	check_none(changing);
}

/* Whoever set one of ours has no say: a name is there once, with our value. */
TEST(ours_win)
{
	const char *const environment[] = {
		"CLAUDE_CODE_MAX_RETRIES=10", "DISABLE_AUTO_COMPACT=0", "TZ=UTC", NULL};
	static const char *const want[] = {"TZ=UTC", NULL};

	check_passed(environment, "CLAUDE_CODE_MAX_RETRIES,DISABLE_AUTO_COMPACT", want);
}

TEST(clouds)
{
	static const struct {
		const char *turned, *of_cloud;
		bool passes;
	} rows[] = {
		{"CLAUDE_CODE_USE_BEDROCK=1", "AWS_SECRET_ACCESS_KEY=s", true},
		{"CLAUDE_CODE_USE_BEDROCK=true", "AWS_BEARER_TOKEN_BEDROCK=s", true},
		{"CLAUDE_CODE_USE_BEDROCK=YES", "AWS_REGION=s", true},
		{"CLAUDE_CODE_USE_BEDROCK= on\t", "AWS_PROFILE=s", true},
		{"CLAUDE_CODE_USE_MANTLE=1", "AWS_REGION=s", true},
		{"CLAUDE_CODE_USE_ANTHROPIC_AWS=1", "AWS_REGION=s", true},
		{"CLAUDE_CODE_USE_VERTEX=1", "GOOGLE_APPLICATION_CREDENTIALS=/f", true},
		{"CLAUDE_CODE_USE_VERTEX=1", "GCLOUD_PROJECT=p", true},
		{"CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD=1", "GOOGLE_CLOUD_PROJECT=p", true},
		{"CLAUDE_CODE_USE_FOUNDRY=1", "AZURE_CLIENT_SECRET=s", true},
		{"CLAUDE_CODE_USE_BEDROCK=", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_BEDROCK=0", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_BEDROCK=false", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_BEDROCK=2", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_BEDROCK=11", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_BEDROCK=y", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_VERTEX=1", "AWS_REGION=s", false},
		{"CLAUDE_CODE_USE_BEDROCK=1", "GOOGLE_APPLICATION_CREDENTIALS=/f", false},
		{"CLAUDE_CODE_USE_BEDROCK=1", "AWS_MAX_ATTEMPTS=9", false},
		{"CLAUDE_CODE_USE_VERTEX=1", "GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const environment[] = {rows[i].turned, rows[i].of_cloud, NULL};
		const char *const want[] = {
			rows[i].turned, rows[i].passes ? rows[i].of_cloud : NULL, NULL};

		check_passed(environment, "", want);
	}
}

TEST(more)
{
	static const char *const environment[] = {"API_TIMEOUT_MS=1", "CLAUDE_CODE_SIMPLE=1",
		"AWS_REGION=r", "_x9=1", "API_TIMEOUT=1", "TIMEOUT_MS=1", "NODE_OPTIONS=x",
		"TZ=UTC", "HTTP_PROXY=p", "CLAUDE_CODE_EFFORT_LEVEL=max", NULL};
	static const char *const all[] = {"API_TIMEOUT_MS=1", "CLAUDE_CODE_SIMPLE=1",
		"AWS_REGION=r", "_x9=1", "TZ=UTC", NULL};
	static const char *const one[] = {"CLAUDE_CODE_SIMPLE=1", "TZ=UTC", NULL};

	check_passed(
		environment, "API_TIMEOUT_MS,CLAUDE_CODE_SIMPLE,NOT_SET,AWS_REGION,_x9,TZ", all);
	check_passed(environment, "CLAUDE_CODE_SIMPLE", one);
	check_passed(environment,
		"NODE_OPTIONS,HTTP_PROXY,CLAUDE_CODE_SIMPLE,"
		"CLAUDE_CODE_EFFORT_LEVEL",
		one);
}

TEST(lists)
{
	static const struct {
		const char *list, *word; /* NULL: no fault; else in the only line of faults */
	} rows[] = {
		{"", NULL},
		{"A", NULL},
		{"API_TIMEOUT_MS,_x9,HTTPS_PROXY,http_proxy,HTTP,CLAUDE_CODE_SIMPLE", NULL},
		{"AWS_REGION,CLAUDE_FAKE,ANTHROPIC_BETAS,ENVIRONMENT", NULL},
		{"A,", "\"\""},
		{",A", "\"\""},
		{"A,,B", "\"\""},
		{"A, B", "\" B\""},
		{"A B", "\"A B\""},
		{"9A", "\"9A\""},
		{"A-B", "\"A-B\""},
		{"CLAUDE_*", "\"CLAUDE_*\""},
		{"A,TOKEN=sesame", "\"TOKEN\""},
		{"A\n", "\"A?\""},
		{"\303\244", "\"??\""},
		{"A,HTTP_PROXY", "HTTP_PROXY is never"},
		{"HTTP_,A", "HTTP_ is never"},
		{"LD_PRELOAD", "LD_PRELOAD"},
		{"LD_LIBRARY_PATH", "LD_LIBRARY_PATH"},
		{"NODE_OPTIONS", "NODE_OPTIONS"},
		{"BUN_OPTIONS", "BUN_OPTIONS"},
		{"GIT_SSH_COMMAND", "GIT_SSH_COMMAND"},
		{"BASH_ENV", "BASH_ENV"},
		{"PROXY_API_KEY", "PROXY_API_KEY"},
		{"CLAUDE_BIN", "CLAUDE_BIN"},
		{"CLAUDE_CODE_EXTRA_BODY", "CLAUDE_CODE_EXTRA_BODY"},
		{"CLAUDE_CODE_EFFORT_LEVEL", "CLAUDE_CODE_EFFORT_LEVEL"},
		{"CLAUDECODE", "CLAUDECODE"},
		{"CLAUDE_CODE_MAX_RETRIES", "CLAUDE_CODE_MAX_RETRIES"},
		{"XDG_CACHE_HOME", "XDG_CACHE_HOME"},
		{"QUERY_STRING", "QUERY_STRING"},
		{"REMOTE_USER", "REMOTE_USER"},
		{"LISTEN_FDS", "LISTEN_FDS"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf faults = BUF_INIT(1024);
		int result = environment_check(rows[i].list, &faults);
		const char *text = buf_str(&faults);

		check(result == (rows[i].word != NULL ? -1 : 0), "'%s': %s", rows[i].list, text);
		if (rows[i].word == NULL)
			continue;
		check(strstr(text, rows[i].word) != NULL, "'%s': %s", rows[i].list, text);
		check(strchr(text, '\n') == text + faults.len - 1, "'%s': %s", rows[i].list, text);
		check(strstr(text, "PROXY_PASS_ENV") == text, "'%s': %s", rows[i].list, text);
		check(strstr(text, "sesame") == NULL, "'%s': %s", rows[i].list, text);
	}
}

TEST(every_fault_of_a_list)
{
	CLEANUP_BUF struct buf faults = BUF_INIT(1024);
	const char *text;

	assert_int_equal(environment_check("LD_PRELOAD,A,9,GIT_DIR", &faults), -1);
	text = buf_str(&faults);
	assert_non_null(strstr(text, "LD_PRELOAD"));
	assert_non_null(strstr(text, "\"9\""));
	assert_non_null(strstr(text, "GIT_DIR"));
}

TEST(left_out)
{
	static const char *const environment[] = {"CLAUDE_CODE_EFFORT_LEVEL=sesame",
		"ANTHROPIC_API_KEY=sesame", "CLAUDE_MODEL=opus", "CLAUDE_BIN=/x", "CLAUDECODE=1",
		"TERM=x", "ANTHROPIC_BETAS=x", "CLAUDE_CODE_MAX_RETRIES=10", "CLAUDE_A-B=1",
		"CLAUDE_\nx=1", "CLAUDE_NO_VALUE", "CLAUDE_CODE_DISABLE_ATTACHMENTS=1",
		"AWS_REGION=r", "AWS_MAX_ATTEMPTS=1", "CLAUDE_CODE_SIMPLE=", "MYCLAUDE_X=1", NULL};
	static const char *const bedrock[] = {"CLAUDE_CODE_USE_BEDROCK=1", "AWS_REGION=r",
		"AWS_MAX_ATTEMPTS=1", "GOOGLE_CLOUD=1", NULL};
	static const char *const nothing[] = {"HOME=/h", "CLAUDE_CONFIG_DIR=/c", NULL};

	check_left_out(environment, "",
		"CLAUDE_CODE_EFFORT_LEVEL, CLAUDECODE, ANTHROPIC_BETAS, CLAUDE_CODE_MAX_RETRIES, "
		"CLAUDE_CODE_SIMPLE");
	check_left_out(environment, "CLAUDE_CODE_SIMPLE,ANTHROPIC_BETAS",
		"CLAUDE_CODE_EFFORT_LEVEL, CLAUDECODE, CLAUDE_CODE_MAX_RETRIES");
	check_left_out(bedrock, "", "AWS_MAX_ATTEMPTS");
	check_left_out(nothing, "", "");
}

/* However many there are, and however long, it is a short line. */
TEST(left_out_is_bounded)
{
	static char texts[300][32], endless[5000];
	const char *environment[302] = {NULL};
	CLEANUP_BUF struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		snprintf(texts[i], sizeof(texts[i]), "CLAUDE_NUMBER_%zu=x", i);
		environment[i] = texts[i];
	}
	environment_left_out((char *const *)environment, "", &out);
	assert_true(out.len <= 600);
	assert_ptr_equal(strstr(buf_str(&out), "CLAUDE_NUMBER_0, CLAUDE_NUMBER_1, "), out.data);
	assert_non_null(strstr(buf_str(&out), " more"));
	memset(endless, 'X', sizeof(endless) - 1);
	memcpy(endless, "CLAUDE_", 7);
	endless[sizeof(endless) - 3] = '=';
	environment[0] = endless;
	environment[1] = "CLAUDE_B=1";
	environment[2] = NULL;
	check_left_out(environment, "", "2 more");
	environment[0] = "CLAUDE_B=1";
	environment[1] = endless;
	check_left_out(environment, "", "CLAUDE_B and 1 more");
}
