#include "serve/route.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static const struct route routes[] = {
	{"/health", ENDPOINT_HEALTH, "GET", "GET, HEAD", true},
	{"/models", ENDPOINT_MODELS, "GET", "GET, HEAD", false},
	{"/models/{id}", ENDPOINT_MODEL, "GET", "GET, HEAD", false},
	{"/chat/completions", ENDPOINT_CHAT, "POST", "POST", false},
	{"/responses", ENDPOINT_RESPONSES, "POST", "POST", false},
	{"/metrics", ENDPOINT_METRICS, "GET", "GET, HEAD", false},
};
_Static_assert(ARRAY_LEN(routes) == ROUTE_COUNT, "every endpoint has a route, in their order");

const char *route_path(enum endpoint endpoint)
{
	return routes[endpoint].path;
}

static bool matches(const char *pattern, const char *path, const char **name)
{
	size_t n = strcspn(pattern, "{");

	*name = NULL;
	if (pattern[n] == '\0')
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, n) != 0 || path[n] == '\0')
		return false;
	*name = path + n;
	return true;
}

const struct route *route_find(const char *path, const char **name, struct err *err)
{
	const char *tail = path;

	if (strncmp(path, "/v1/", 4) == 0)
		tail = path + 3;
	for (size_t i = 0; utf8_valid(path, strlen(path)) && i < ARRAY_LEN(routes); i++)
		if (matches(routes[i].path, tail, name))
			return &routes[i];
	err_set(err, ERR_NOT_FOUND,
		"Unknown URL. There are GET /v1/models, GET /v1/models/{id}, "
		"POST /v1/chat/completions, POST /v1/responses, GET /health and GET /metrics.");
	return NULL;
}

/* Whether a route before it in the table has the same methods. */
static bool repeats(const struct route *r)
{
	for (const struct route *other = routes; other < r; other++)
		if (strcmp(other->allow, r->allow) == 0)
			return true;
	return false;
}

void route_add_methods(struct buf *out, const struct route *r)
{
	if (r != NULL)
		buf_printf(out, "%s, ", r->allow);
	for (size_t i = 0; r == NULL && i < ARRAY_LEN(routes); i++)
		if (!repeats(&routes[i]))
			buf_printf(out, "%s, ", routes[i].allow);
	buf_puts(out, "OPTIONS");
}

const char *route_method_name(const char *method)
{
	static const char *const names[] = {
		"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(method, names[i]) == 0)
			return names[i];
	return "-";
}

int route_check_method(const struct route *r, const char *method, struct err *err)
{
	bool is_head = strcmp(method, "HEAD") == 0 && strcmp(r->method, "GET") == 0;

	if (is_head || strcmp(method, r->method) == 0)
		return 0;
	return err_set(err, ERR_METHOD, "This URL takes %s only.", r->allow);
}
