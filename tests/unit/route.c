#include "serve/route.h"

#include <string.h>

#include "support/check.h"

static void test_paths(void **state)
{
	static const struct {
		const char *path;
		int endpoint; /* -1: 404 */
		const char *name;
	} rows[] = {
		{"/health", ENDPOINT_HEALTH, NULL},
		{"/v1/health", ENDPOINT_HEALTH, NULL},
		{"/models", ENDPOINT_MODELS, NULL},
		{"/v1/models", ENDPOINT_MODELS, NULL},
		{"/v1/models/sonnet", ENDPOINT_MODEL, "sonnet"},
		{"/models/anthropic/claude-opus-4", ENDPOINT_MODEL, "anthropic/claude-opus-4"},
		{"/v1/models/opus[1m]", ENDPOINT_MODEL, "opus[1m]"},
		{"/chat/completions", ENDPOINT_CHAT, NULL},
		{"/v1/chat/completions", ENDPOINT_CHAT, NULL},
		{"/responses", ENDPOINT_RESPONSES, NULL},
		{"/v1/responses", ENDPOINT_RESPONSES, NULL},
		{"/metrics", ENDPOINT_METRICS, NULL},
		{"/v1/metrics", ENDPOINT_METRICS, NULL},
		{"/metrics/x", -1, NULL},
		{"", -1, NULL},
		{"/", -1, NULL},
		{"/v1", -1, NULL},
		{"/v1/", -1, NULL},
		{"/v2/models", -1, NULL},
		{"/v1/v1/models", -1, NULL},
		{"/v1models", -1, NULL},
		{"/models/", -1, NULL},
		{"/health/", -1, NULL},
		{"/Health", -1, NULL},
		{"/healthy", -1, NULL},
		{"/chat/completions/1", -1, NULL},
		{"/responses/resp_1", -1, NULL},
		{"/completions", -1, NULL},
		{"health", -1, NULL},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		const char *name = "unset";
		const struct route *r = route_find(rows[i].path, &name, &err);

		if (rows[i].endpoint < 0) {
			check(r == NULL, "%s is found", rows[i].path);
			check_err(rows[i].path, &err, ERR_NOT_FOUND, NULL);
			continue;
		}
		check(r != NULL && (int)r->endpoint == rows[i].endpoint, "%s", rows[i].path);
		if (rows[i].name != NULL)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
	}
}

static void test_methods(void **state)
{
	static const struct {
		const char *path, *method;
		bool taken;
		const char *allow;
	} rows[] = {
		{"/health", "GET", true, "GET, HEAD"},
		{"/health", "HEAD", true, "GET, HEAD"},
		{"/health", "POST", false, "GET, HEAD"},
		{"/models", "GET", true, "GET, HEAD"},
		{"/models/x", "HEAD", true, "GET, HEAD"},
		{"/models/x", "DELETE", false, "GET, HEAD"},
		{"/chat/completions", "POST", true, "POST"},
		{"/chat/completions", "GET", false, "POST"},
		{"/chat/completions", "HEAD", false, "POST"},
		{"/chat/completions", "OPTIONS", false, "POST"},
		{"/responses", "POST", true, "POST"},
		{"/responses", "post", false, "POST"},
		{"/responses", "", false, "POST"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		const char *name;
		const struct route *r = route_find(rows[i].path, &name, &err);
		int result = route_check_method(r, rows[i].method, &err);

		check((result == 0) == rows[i].taken, "%s %s", rows[i].method, rows[i].path);
		assert_string_equal(r->allow, rows[i].allow);
		if (result < 0)
			check_err(rows[i].path, &err, ERR_METHOD, NULL);
	}
}

/* What a browser is told; where there is no route, a page is to learn just that. */
static void test_methods_of_pages(void **state)
{
	static const struct {
		const char *path, *methods;
	} rows[] = {
		{"/health", "GET, HEAD, OPTIONS"},
		{"/v1/models", "GET, HEAD, OPTIONS"},
		{"/models/x", "GET, HEAD, OPTIONS"},
		{"/v1/chat/completions", "POST, OPTIONS"},
		{"/responses", "POST, OPTIONS"},
		{"/v1/nothing", "GET, HEAD, POST, OPTIONS"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf out = BUF_INIT(100);
		const char *name;
		struct err err;

		route_add_methods(&out, route_find(rows[i].path, &name, &err));
		assert_string_equal(buf_str(&out), rows[i].methods);
	}
}

static void test_only_health_is_open(void **state)
{
	static const char *const closed[] = {
		"/models", "/models/x", "/chat/completions", "/responses", "/metrics"};
	const char *name;
	struct err err;

	(void)state;
	assert_true(route_find("/health", &name, &err)->open);
	for (size_t i = 0; i < ARRAY_LEN(closed); i++)
		check(!route_find(closed[i], &name, &err)->open, "%s needs no key", closed[i]);
}

/* The log calls a route by this: a name that a client wrote is not in it. */
static void test_path_is_ours(void **state)
{
	const char *name;
	struct err err;

	(void)state;
	assert_string_equal(route_find("/v1/models/secret", &name, &err)->path, "/models/{id}");
}

static void test_every_endpoint_has_its_path(void **state)
{
	const char *name;
	struct err err;

	(void)state;
	for (int i = 0; i < ROUTE_COUNT; i++) {
		const char *path = route_path((enum endpoint)i);
		const struct route *r = route_find(path, &name, &err);

		check(r != NULL && r->path == path && (int)r->endpoint == i, "%s", path);
	}
}

/* Nor is the method, where it is none that HTTP has. */
static void test_method_names(void **state)
{
	static const char *const known[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	static const char *const others[] = {
		"", "get", "GE", "GETS", "PROPFIND", "GET\nx", "caf\xc3\xa9"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		CLEANUP_FREE char *asked = mem_strdup(known[i]);

		assert_string_equal(route_method_name(asked), known[i]);
		assert_ptr_not_equal(route_method_name(asked), asked);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_string_equal(route_method_name(others[i]), "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_methods_of_pages),
		cmocka_unit_test(test_only_health_is_open),
		cmocka_unit_test(test_path_is_ours),
		cmocka_unit_test(test_every_endpoint_has_its_path),
		cmocka_unit_test(test_method_names),
	};

	return cmocka_run_group_tests_name("route", tests, NULL, NULL);
}
