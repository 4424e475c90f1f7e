#include "config/config.h"

#include <sodium.h>
#include <string.h>

#include "support/check.h"

#define KEY "PROXY_API_KEY=sesame-1"

/* Loads the key and up to three more variables. */
static int load(struct config *c, struct buf *faults, const char *const extra[3])
{
	const char *environment[5] = {KEY};

	for (size_t i = 0; i < 3 && extra[i] != NULL; i++)
		environment[i + 1] = extra[i];
	return config_load(c, (char *const *)environment, faults);
}

TEST(defaults)
{
	static const char *const none[3] = {NULL};
	CLEANUP_BUF struct buf faults = BUF_INIT(10000);
	struct config c;
	struct err err;
	size_t which;

	assert_int_equal(load(&c, &faults, none), 0);
	assert_string_equal(buf_str(&faults), "");
	assert_int_equal(keys_check(&c.keys, keys_bearer("Bearer sesame-1"), &which, &err), 0);
	assert_string_equal(c.keys.list[which].label, "default");
	assert_int_equal(keys_check(&c.keys, keys_bearer("Bearer sesame-2"), &which, &err), -1);
	assert_int_equal(c.keys.n, 1);
	assert_string_equal(c.key_file, "");
	assert_string_equal(c.model, "sonnet");
	assert_string_equal(c.aliases, "");
	assert_string_equal(c.claude_bin, "claude");
	assert_int_equal(c.log_level, LOG_LEVEL_INFO);
	assert_int_equal(c.log_format, LOG_LOGFMT);
	assert_int_equal(c.workers, 12);
	assert_int_equal(c.children, 6);
	assert_int_equal(c.spares, 1);
	assert_int_equal(c.parked, 4);
	assert_int_equal(c.child_mib, 4096);
	assert_int_equal(c.max_body, 1048576);
	assert_int_equal(c.queue_seconds, 30);
	assert_int_equal(c.start_seconds, 30);
	assert_int_equal(c.spare_seconds, 3600);
	assert_int_equal(c.park_seconds, 300);
	assert_int_equal(c.first_seconds, 180);
	assert_int_equal(c.idle_seconds, 600);
	assert_int_equal(c.request_seconds, 1800);
	assert_int_equal(c.drain_seconds, 30);
	assert_int_equal(c.heartbeat_seconds, 15);
	assert_false(c.strict);
	assert_string_equal(c.origins, "");
	assert_string_equal(c.pass_env, "");
}

TEST(everything_set)
{
	const char *const environment[] = {KEY, "CLAUDE_MODEL=claude-opus-4-1",
		"CLAUDE_BIN=/opt/claude", "PROXY_MODEL_ALIASES=gpt-4o=sonnet,*=opus",
		"PROXY_LOG=debug", "PROXY_LOG_FORMAT=json", "PROXY_WORKERS=20", "PROXY_CHILDREN=8",
		"PROXY_MAX_BODY=3m", "PROXY_SPARES=7", "PROXY_PARKED=9", "PROXY_SPARE_SECONDS=10",
		"PROXY_PARK_SECONDS=11", "PROXY_QUEUE_SECONDS=1", "PROXY_START_SECONDS=2",
		"PROXY_FIRST_SECONDS=7", "PROXY_IDLE_SECONDS=3", "PROXY_REQUEST_SECONDS=4",
		"PROXY_DRAIN_SECONDS=5", "PROXY_HEARTBEAT_SECONDS=6", "PROXY_STRICT=1",
		"PROXY_ALLOWED_ORIGINS=https://a.example", "PROXY_API_KEY_FILE=/etc/keys",
		"PROXY_PASS_ENV=API_TIMEOUT_MS,A", "PROXY_UNHEARD_OF=1", NULL};
	CLEANUP_BUF struct buf faults = BUF_INIT(10000);
	struct config c;

	assert_int_equal(config_load(&c, (char *const *)environment, &faults), 0);
	assert_int_equal(c.keys.n, 1);
	assert_string_equal(c.key_file, "/etc/keys");
	assert_string_equal(c.model, "claude-opus-4-1");
	assert_string_equal(c.claude_bin, "/opt/claude");
	assert_string_equal(c.aliases, "gpt-4o=sonnet,*=opus");
	assert_int_equal(c.log_level, LOG_LEVEL_DEBUG);
	assert_int_equal(c.log_format, LOG_JSON);
	assert_int_equal(c.workers, 20);
	assert_int_equal(c.children, 8);
	assert_int_equal(c.spares, 7);
	assert_int_equal(c.parked, 9);
	assert_int_equal(c.spare_seconds, 10);
	assert_int_equal(c.park_seconds, 11);
	assert_int_equal(c.max_body, 3145728);
	assert_int_equal(c.queue_seconds, 1);
	assert_int_equal(c.start_seconds, 2);
	assert_int_equal(c.first_seconds, 7);
	assert_int_equal(c.idle_seconds, 3);
	assert_int_equal(c.request_seconds, 4);
	assert_int_equal(c.drain_seconds, 5);
	assert_int_equal(c.heartbeat_seconds, 6);
	assert_true(c.strict);
	assert_string_equal(c.origins, "https://a.example");
	assert_string_equal(c.pass_env, "API_TIMEOUT_MS,A");
}

TEST(accepted)
{
	static const char *const rows[][3] = {
		{"PROXY_WORKERS="},
		{"PROXY_MAX_BODY=", "PROXY_LOG=", "CLAUDE_MODEL="},
		{"PROXY_WORKERS=8"},
		{"PROXY_WORKERS=3", "PROXY_CHILDREN=1"},
		/* what is kept is bounded by the children anyway */
		{"PROXY_SPARES=0", "PROXY_PARKED=0"},
		{"PROXY_SPARES=128", "PROXY_PARKED=128"},
		{"PROXY_CHILD_MEMORY=1024"},
		{"PROXY_CHILD_MEMORY=1048576"},
		{"PROXY_SPARE_SECONDS=1", "PROXY_PARK_SECONDS=1"},
		{"PROXY_SPARE_SECONDS=86400", "PROXY_PARK_SECONDS=86400"},
		{"PROXY_WORKERS=130", "PROXY_CHILDREN=128"},
		{"PROXY_IDLE_SECONDS=0300", "PROXY_QUEUE_SECONDS=9"},
		{"CLAUDE_MODEL=opus[1m]"},
		{"PROXY_LOG=error"},
		{"PROXY_LOG=warn", "PROXY_LOG_FORMAT="},
		{"PROXY_LOG_FORMAT=logfmt"},
		{"PROXY_STRICT=", "PROXY_ALLOWED_ORIGINS=", "PROXY_HEARTBEAT_SECONDS="},
		{"PROXY_PASS_ENV="},
		{"PROXY_STRICT=0", "PROXY_HEARTBEAT_SECONDS=1"},
		{"PROXY_HEARTBEAT_SECONDS=300"},
		{"PROXY_ALLOWED_ORIGINS=https://app.example.org,http://localhost:3000"},
		{"PROXY_ALLOWED_ORIGINS=http://[::1]:3000,app://obsidian.md"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf faults = BUF_INIT(10000);
		struct config c;

		check(load(&c, &faults, rows[i]) == 0, "row %zu: %s", i, buf_str(&faults));
	}
}

TEST(faults)
{
	static const struct {
		const char *extra[3];
		const char *named; /* the variable that the one line of the fault begins with */
	} rows[] = {
		{{"PROXY_LOG=verbose"}, "PROXY_LOG"},
		{{"PROXY_LOG=INFO"}, "PROXY_LOG"},
		{{"PROXY_LOG_FORMAT=JSON"}, "PROXY_LOG_FORMAT"},
		{{"PROXY_LOG_FORMAT=text"}, "PROXY_LOG_FORMAT"},
		{{"CLAUDE_MODEL=two words"}, "CLAUDE_MODEL"},
		{{"CLAUDE_MODEL=--help"}, "CLAUDE_MODEL"},
		{{"PROXY_MODEL_ALIASES=sonnet"}, "PROXY_MODEL_ALIASES"},
		{{"PROXY_WORKERS=0"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS= "}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=-3"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=+12"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS= 12"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=12 "}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=many"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=12.5"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=0x20"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=4294967308"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=99999999999999999999999"}, "PROXY_WORKERS"},
		{{"PROXY_WORKERS=7"}, "PROXY_WORKERS"},
		{{"PROXY_CHILDREN=11"}, "PROXY_WORKERS"},
		{{"PROXY_CHILDREN=0"}, "PROXY_CHILDREN"},
		{{"PROXY_SPARES=129"}, "PROXY_SPARES"},
		{{"PROXY_SPARES=-1"}, "PROXY_SPARES"},
		{{"PROXY_PARKED=129"}, "PROXY_PARKED"},
		{{"PROXY_PARKED=all"}, "PROXY_PARKED"},
		{{"PROXY_CHILD_MEMORY=1023"}, "PROXY_CHILD_MEMORY"},
		{{"PROXY_CHILD_MEMORY=1048577"}, "PROXY_CHILD_MEMORY"},
		{{"PROXY_SPARE_SECONDS=0"}, "PROXY_SPARE_SECONDS"},
		{{"PROXY_SPARE_SECONDS=86401"}, "PROXY_SPARE_SECONDS"},
		{{"PROXY_PARK_SECONDS=0"}, "PROXY_PARK_SECONDS"},
		{{"PROXY_PARK_SECONDS=86401"}, "PROXY_PARK_SECONDS"},
		{{"PROXY_WORKERS=131", "PROXY_CHILDREN=129"}, "PROXY_CHILDREN"},
		{{"PROXY_QUEUE_SECONDS=0"}, "PROXY_QUEUE_SECONDS"},
		{{"PROXY_START_SECONDS=0"}, "PROXY_START_SECONDS"},
		{{"PROXY_FIRST_SECONDS=0"}, "PROXY_FIRST_SECONDS"},
		{{"PROXY_FIRST_SECONDS=3601"}, "PROXY_FIRST_SECONDS"},
		{{"PROXY_IDLE_SECONDS=0"}, "PROXY_IDLE_SECONDS"},
		{{"PROXY_REQUEST_SECONDS=0"}, "PROXY_REQUEST_SECONDS"},
		{{"PROXY_DRAIN_SECONDS=0"}, "PROXY_DRAIN_SECONDS"},
		{{"PROXY_DRAIN_SECONDS=30s"}, "PROXY_DRAIN_SECONDS"},
		{{"PROXY_MAX_BODY=big"}, "PROXY_MAX_BODY"},
		{{"PROXY_HEARTBEAT_SECONDS=0"}, "PROXY_HEARTBEAT_SECONDS"},
		{{"PROXY_HEARTBEAT_SECONDS=301"}, "PROXY_HEARTBEAT_SECONDS"},
		{{"PROXY_HEARTBEAT_SECONDS=never"}, "PROXY_HEARTBEAT_SECONDS"},
		{{"PROXY_STRICT=2"}, "PROXY_STRICT"},
		{{"PROXY_STRICT=yes"}, "PROXY_STRICT"},
		{{"PROXY_STRICT=11"}, "PROXY_STRICT"},
		{{"PROXY_PASS_ENV=two words"}, "PROXY_PASS_ENV"},
		{{"PROXY_PASS_ENV=HTTP_PROXY"}, "PROXY_PASS_ENV"},
		{{"PROXY_ALLOWED_ORIGINS=example.org"}, "PROXY_ALLOWED_ORIGINS"},
		{{"PROXY_ALLOWED_ORIGINS=*"}, "PROXY_ALLOWED_ORIGINS"},
		{{"PROXY_ALLOWED_ORIGINS=https://a.example, https://b.example"},
			"PROXY_ALLOWED_ORIGINS"},
		{{"PROXY_ALLOWED_ORIGINS=https://a.example/"}, "PROXY_ALLOWED_ORIGINS"},
		{{"PROXY_ALLOWED_ORIGINS=https://a.example,b.example"}, "PROXY_ALLOWED_ORIGINS"},
		{{"PROXY_ALLOWED_ORIGINS=https://a.example\r\nX: y"}, "PROXY_ALLOWED_ORIGINS"},
		{{"PROXY_ALLOWED_ORIGINS=https://caf\xc3\xa9.example"}, "PROXY_ALLOWED_ORIGINS"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf faults = BUF_INIT(10000);
		struct config c;
		const char *text;

		check(load(&c, &faults, rows[i].extra) == -1, "%s is taken", rows[i].extra[0]);
		text = buf_str(&faults);
		check(strncmp(text, rows[i].named, strlen(rows[i].named)) == 0, "%s: %s",
			rows[i].extra[0], text);
		check(strchr(text, '\n') == text + strlen(text) - 1, "%s: not one line: %s",
			rows[i].extra[0], text);
	}
}

/* Whoever starts the proxy sees all that is wrong at once. */
TEST(every_fault_is_named)
{
	const char *const environment[] = {
		"PROXY_LOG=x", "PROXY_CHILDREN=x", "PROXY_MAX_BODY=x", "CLAUDE_MODEL=-x", NULL};
	static const char *const named[] = {
		"PROXY_API_KEY", "PROXY_LOG", "PROXY_CHILDREN", "PROXY_MAX_BODY", "CLAUDE_MODEL"};
	CLEANUP_BUF struct buf faults = BUF_INIT(10000);
	struct config c;

	buf_puts(&faults, "earlier\n");
	assert_int_equal(config_load(&c, (char *const *)environment, &faults), -1);
	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		check(strstr(buf_str(&faults), named[i]) != NULL, "%s is not named", named[i]);
}

TEST(keys)
{
	static const char *const bad[] = {"PROXY_API_KEY=", "PROXY_API_KEY=two words",
		"PROXY_API_KEY=line\n", "PROXY_API_KEY=\ttab", "PROXY_API_KEYS=x", "PROXY_API_KEY"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *const environment[] = {bad[i], NULL};
		CLEANUP_BUF struct buf faults = BUF_INIT(10000);
		struct config c;

		check(config_load(&c, (char *const *)environment, &faults) == -1, "'%s' is taken",
			bad[i]);
		assert_non_null(strstr(buf_str(&faults), "PROXY_API_KEY"));
		check(strstr(buf_str(&faults), "two words") == NULL, "the key is printed");
	}
}

/* Either variable is enough, and that the file is good makes up for no bad key beside it. */
TEST(key_file)
{
	static const struct {
		const char *variables[2];
		bool good;
		size_t keys;
		const char *file;
	} rows[] = {
		{{"PROXY_API_KEY_FILE=keys"}, true, 0, "keys"},
		{{"PROXY_API_KEY_FILE=keys", "PROXY_API_KEY="}, true, 0, "keys"},
		{{"PROXY_API_KEY=sesame-1", "PROXY_API_KEY_FILE="}, true, 1, ""},
		{{"PROXY_API_KEY=sesame-1", "PROXY_API_KEY_FILE=two words"}, true, 1, "two words"},
		{{"PROXY_API_KEY_FILE=keys", "PROXY_API_KEY=two words"}, false, 0, "keys"},
		{{"PROXY_API_KEY_FILE=", "PROXY_API_KEY="}, false, 0, ""},
		{{NULL}, false, 0, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const *v = rows[i].variables;
		const char *const environment[] = {v[0], v[1], NULL};
		CLEANUP_BUF struct buf faults = BUF_INIT(10000);
		struct config c;
		int result = config_load(&c, (char *const *)environment, &faults);

		check((result == 0) == rows[i].good, "row %zu: %s", i, buf_str(&faults));
		check(c.keys.n == rows[i].keys, "row %zu: %zu keys", i, c.keys.n);
		check(strcmp(c.key_file, rows[i].file) == 0, "row %zu: %s", i, c.key_file);
	}
}

TEST(fault_names_both_variables)
{
	const char *const environment[] = {NULL};
	CLEANUP_BUF struct buf faults = BUF_INIT(10000);
	struct config c;

	assert_int_equal(config_load(&c, (char *const *)environment, &faults), -1);
	assert_non_null(strstr(buf_str(&faults), "PROXY_API_KEY "));
	assert_non_null(strstr(buf_str(&faults), "PROXY_API_KEY_FILE "));
}

TEST(sizes)
{
	static const struct {
		const char *text;
		size_t bytes; /* 0: refused */
	} rows[] = {
		{"PROXY_MAX_BODY=1", 1},
		{"PROXY_MAX_BODY=1000", 1000},
		{"PROXY_MAX_BODY=2k", 2048},
		{"PROXY_MAX_BODY=2K", 2048},
		{"PROXY_MAX_BODY=5m", 5242880},
		{"PROXY_MAX_BODY=5M", 5242880},
		{"PROXY_MAX_BODY=256m", 268435456},
		{"PROXY_MAX_BODY=268435456", 268435456},
		{"PROXY_MAX_BODY=257m", 0},
		{"PROXY_MAX_BODY=268435457", 0},
		{"PROXY_MAX_BODY=262145k", 0},
		{"PROXY_MAX_BODY=0", 0},
		{"PROXY_MAX_BODY=0m", 0},
		{"PROXY_MAX_BODY=-1", 0},
		{"PROXY_MAX_BODY=1.5m", 0},
		{"PROXY_MAX_BODY=1mb", 0},
		{"PROXY_MAX_BODY=1g", 0},
		{"PROXY_MAX_BODY=m", 0},
		{"PROXY_MAX_BODY=18446744073709551617", 0},
		{"PROXY_MAX_BODY=18014398509481985k", 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const extra[3] = {rows[i].text};
		CLEANUP_BUF struct buf faults = BUF_INIT(10000);
		struct config c;
		int result = load(&c, &faults, extra);

		check((result == 0) == (rows[i].bytes != 0), "%s: %s", rows[i].text,
			buf_str(&faults));
		if (result == 0)
			assert_int_equal(c.max_body, rows[i].bytes);
	}
}

TEST(origins)
{
	static const char listed[] = "https://app.example.org,http://localhost:3000";
	static const struct {
		const char *origin;
		int at; /* in the list, -1: not there */
	} rows[] = {
		{"https://app.example.org", 0},
		{"http://localhost:3000", 24},
		{"http://localhost:300", -1},
		{"http://localhost:30000", -1},
		{"https://app.example.or", -1},
		{"https://app.example.org,http://localhost:3000", -1},
		{"HTTPS://app.example.org", -1},
		{"https://evil.example", -1},
		{"null", -1},
		{"", -1},
	};
	struct config c = {.origins = listed}, none = {.origins = ""};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = 0;
		const char *found = config_find_origin(&c, rows[i].origin, &n);

		if (rows[i].at < 0) {
			check(found == NULL, "'%s' is let in", rows[i].origin);
		} else {
			check(found == listed + rows[i].at, "'%s' is shut out", rows[i].origin);
			assert_int_equal(n, strlen(rows[i].origin));
		}
		assert_null(config_find_origin(&none, rows[i].origin, &n));
	}
}
