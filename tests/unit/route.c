#include "serve/route.h"

#include <string.h>

#include "serve/complete.h"
#include "serve/health.h"
#include "serve/models.h"
#include "serve/routes.h"
#include "serve/scrape.h"
#include "support/check.h"
#include "wire/wire.h"

static int called; /* which of the handlers below was */

int models_serve_list(struct exchange *x)
{
	(void)x;
	return called = 1;
}

int models_serve_one(struct exchange *x)
{
	(void)x;
	return called = 2;
}

int complete(struct exchange *x)
{
	(void)x;
	return called = 3;
}

int health_serve(struct exchange *x)
{
	(void)x;
	return called = 4;
}

int scrape_serve(struct exchange *x)
{
	(void)x;
	return called = 5;
}

static const struct route *find(const char *path)
{
	struct route_id id;
	struct err err;

	return route_find(&routes, path, &id, &err);
}

static bool id_is(const struct route_id *id, const char *want)
{
	if (want == NULL)
		return id->text == NULL;
	return id->text != NULL && id->len == strlen(want) && memcmp(id->text, want, id->len) == 0;
}

TEST(paths)
{
	static const struct {
		const char *path;
		const char *route; /* NULL: 404 */
		const char *name;
	} rows[] = {
		{"/health", "/health", NULL},
		{"/v1/health", "/health", NULL},
		{"/models", "/models", NULL},
		{"/v1/models", "/models", NULL},
		{"/v1/models/sonnet", "/models/{id}", "sonnet"},
		{"/models/anthropic/claude-opus-4", "/models/{id}", "anthropic/claude-opus-4"},
		{"/v1/models/opus[1m]", "/models/{id}", "opus[1m]"},
		{"/chat/completions", "/chat/completions", NULL},
		{"/v1/chat/completions", "/chat/completions", NULL},
		{"/responses", "/responses", NULL},
		{"/v1/responses", "/responses", NULL},
		{"/metrics", "/metrics", NULL},
		{"/v1/metrics", "/metrics", NULL},
		{"/metrics/x", NULL, NULL},
		{"", NULL, NULL},
		{"/", NULL, NULL},
		{"/v1", NULL, NULL},
		{"/v1/", NULL, NULL},
		{"/v2/models", NULL, NULL},
		{"/v1/v1/models", NULL, NULL},
		{"/v1models", NULL, NULL},
		{"/models/", NULL, NULL},
		{"/health/", NULL, NULL},
		{"/Health", NULL, NULL},
		{"/healthy", NULL, NULL},
		{"/chat/completions/1", NULL, NULL},
		{"/responses/resp_1", NULL, NULL},
		{"/completions", NULL, NULL},
		{"health", NULL, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct err err = {0};
		struct route_id id = {"unset", 5};
		const struct route *r = route_find(&routes, rows[i].path, &id, &err);

		if (rows[i].route == NULL) {
			check(r == NULL, "%s is found", rows[i].path);
			check_err(rows[i].path, &err, ERR_NOT_FOUND, NULL);
			continue;
		}
		check(r != NULL && strcmp(r->path, rows[i].route) == 0, "%s", rows[i].path);
		check(id_is(&id, rows[i].name), "%s: the name", rows[i].path);
	}
}

TEST(methods)
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

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf allow = BUF_INIT(100);
		struct err err = {0};
		const struct route *found = find(rows[i].path);
		const struct route *r = route_for_method(&routes, found, rows[i].method, &err);

		check((r != NULL) == rows[i].taken, "%s %s", rows[i].method, rows[i].path);
		route_add_allow(&allow, &routes, found);
		assert_string_equal(buf_str(&allow), rows[i].allow);
		if (r == NULL)
			check_err(rows[i].path, &err, ERR_METHOD, NULL);
	}
}

/* What a browser is told; where there is no route, a page is to learn just that. */
TEST(methods_of_pages)
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

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf out = BUF_INIT(100);

		route_add_methods(&out, &routes, find(rows[i].path));
		assert_string_equal(buf_str(&out), rows[i].methods);
	}
}

TEST(only_health_is_open)
{
	static const char *const closed[] = {
		"/models", "/models/x", "/chat/completions", "/responses", "/metrics"};

	assert_true(find("/health")->access == ROUTE_OPEN);
	for (size_t i = 0; i < ARRAY_LEN(closed); i++)
		check(find(closed[i])->access != ROUTE_OPEN, "%s needs no key", closed[i]);
}

/* The log calls a route by this: a name that a client wrote is not in it. */
TEST(path_is_ours)
{
	assert_string_equal(find("/v1/models/secret")->path, "/models/{id}");
}

TEST(every_route_is_found)
{
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = find(routes.rows[i].path);
		struct err err;

		check(r != NULL && route_index(&routes, r) == route_index(&routes, &routes.rows[i]),
			"%s", routes.rows[i].path);
		check(route_for_method(&routes, r, routes.rows[i].method, &err) == &routes.rows[i],
			"%s %s", routes.rows[i].method, routes.rows[i].path);
	}
}

TEST(handlers)
{
	static const struct {
		const char *path;
		int handler;
		const struct wire *format, *errors;
	} rows[] = {
		{"/models", 1, NULL, &wire_chat},
		{"/models/x", 2, NULL, &wire_chat},
		{"/chat/completions", 3, &wire_chat, &wire_chat},
		{"/responses", 3, &wire_responses, &wire_responses},
		{"/health", 4, NULL, &wire_chat},
		{"/metrics", 5, NULL, &wire_chat},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct route *r = find(rows[i].path);

		called = 0;
		r->handler(NULL);
		check(called == rows[i].handler, "%s: another handler", rows[i].path);
		check(r->format == rows[i].format, "%s: another format", rows[i].path);
		check(routes_format(r) == rows[i].errors, "%s: its errors", rows[i].path);
	}
	assert_ptr_equal(routes_format(NULL), &wire_chat);
}

/* A table that has all that a table may have. */
static const struct route own_rows[] = {
	{"POST", "/v1", "/answers", ROUTE_KEY, NULL, NULL},
	{"POST", "/v1", "/answers/{id}/cancel", ROUTE_KEY, NULL, NULL},
	{"GET", "/v1", "/answers/{id}", ROUTE_KEY, NULL, NULL},
	{"DELETE", "/v1", "/answers/{id}", ROUTE_KEY, NULL, NULL},
	{"GET", "/v1", "/answers/{id}/items", ROUTE_KEY, NULL, NULL},
};
static const struct route_table own = {own_rows, ARRAY_LEN(own_rows)};

TEST(unknown_url)
{
	struct route_id id;
	struct err err;

	assert_null(route_find(&own, "/nothing", &id, &err));
	assert_string_equal(err.message,
		"Unknown URL. There are POST /v1/answers, POST /v1/answers/{id}/cancel, "
		"GET /v1/answers/{id}, DELETE /v1/answers/{id} and GET /v1/answers/{id}/items.");
	assert_null(route_find(&routes, "/nothing", &id, &err));
	for (size_t i = 0; i < routes.n; i++) {
		const struct route *r = &routes.rows[i];
		CLEANUP_BUF struct buf name = BUF_INIT(100);

		buf_printf(&name, "%s %s%s", r->method, r->prefix, r->path);
		check(strstr(err.message, buf_str(&name)) != NULL, "no %s", buf_str(&name));
	}
	check(err.message[strlen(err.message) - 1] == '.', "cut: %s", err.message);
}

TEST(ids)
{
	static const struct {
		const char *path;
		size_t row; /* ARRAY_LEN(own_rows): 404 */
		const char *id;
	} rows[] = {
		{"/v1/answers", 0, NULL},
		{"/answers/a1/cancel", 1, "a1"},
		{"/v1/answers/cancel/cancel", 1, "cancel"},
		{"/answers/a1", 2, "a1"},
		{"/answers/cancel", 2, "cancel"},
		{"/answers//cancel", 2, "/cancel"},
		{"/answers/a/b/cancel", 2, "a/b/cancel"},
		{"/answers/a1/cancel/", 2, "a1/cancel/"},
		{"/answers/a1/cancelled", 2, "a1/cancelled"},
		/* the first row that fits */
		{"/answers/a1/items", 2, "a1/items"},
		{"/answers/", 5, NULL},
		{"/answer/a1/cancel", 5, NULL},
		{"/answers/\xff/cancel", 5, NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct route_id id;
		struct err err;
		const struct route *r = route_find(&own, rows[i].path, &id, &err);

		if (rows[i].row == ARRAY_LEN(own_rows)) {
			check(r == NULL, "%s is found", rows[i].path);
			continue;
		}
		check(r == &own_rows[rows[i].row], "%s", rows[i].path);
		check(id_is(&id, rows[i].id), "%s: its id", rows[i].path);
	}
}

TEST(several_methods)
{
	static const struct {
		const char *method;
		size_t row; /* ARRAY_LEN(own_rows): 405 */
	} rows[] = {{"GET", 2}, {"HEAD", 2}, {"DELETE", 3}, {"POST", 5}, {"", 5}};
	CLEANUP_BUF struct buf allow = BUF_INIT(100), pages = BUF_INIT(100), all = BUF_INIT(100);
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct route *r = route_for_method(&own, &own_rows[2], rows[i].method, &err);

		check(r == (rows[i].row < own.n ? &own_rows[rows[i].row] : NULL), "%s",
			rows[i].method);
	}
	check_err("POST", &err, ERR_METHOD, NULL);
	assert_string_equal(err.message, "This URL takes GET, HEAD, DELETE only.");
	route_add_allow(&allow, &own, &own_rows[3]);
	assert_string_equal(buf_str(&allow), "GET, HEAD, DELETE");
	route_add_methods(&pages, &own, &own_rows[1]);
	assert_string_equal(buf_str(&pages), "POST, OPTIONS");
	route_add_methods(&all, &own, NULL);
	assert_string_equal(buf_str(&all), "POST, GET, HEAD, DELETE, OPTIONS");
	assert_int_equal(route_index(&own, &own_rows[3]), 2);
	assert_int_equal(route_index(&own, &own_rows[4]), 4);
}

/* Nor is the method, where it is none that HTTP has. */
TEST(method_names)
{
	static const char *const known[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
	static const char *const others[] = {
		"", "get", "GE", "GETS", "PROPFIND", "GET\nx", "caf\xc3\xa9"};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		CLEANUP_FREE char *asked = mem_strdup(known[i]);

		assert_string_equal(route_method_name(asked), known[i]);
		assert_ptr_not_equal(route_method_name(asked), asked);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_string_equal(route_method_name(others[i]), "-");
}
