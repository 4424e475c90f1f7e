#include "serve/route.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

#define METHODS_MAX 64

/*
 * How many bytes of path stand for {id}, which `rest` of the pattern follows; 0: it does not fit.
 */
static size_t id_length(const char *path, const char *rest)
{
	size_t n = rest[0] == '\0' ? strlen(path) : strcspn(path, "/");

	return strcmp(path + n, rest) == 0 ? n : 0;
}

static bool fits(const char *pattern, const char *path, struct route_id *id)
{
	static const char mark[] = "{id}";
	size_t n = strcspn(pattern, "{");

	*id = (struct route_id){NULL, 0};
	if (pattern[n] == '\0')
		return strcmp(pattern, path) == 0;
	if (strncmp(pattern, path, n) != 0)
		return false;
	id->text = path + n;
	id->len = id_length(id->text, pattern + n + strlen(mark));
	return id->len > 0;
}

/* "GET /v1/models, POST /v1/responses and GET /health" */
static void add_names(struct buf *out, const struct route_table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct route *r = &t->rows[i];
		const char *before = i == 0 ? "" : i + 1 < t->n ? ", " : " and ";

		buf_printf(out, "%s%s %s%s", before, r->method, r->prefix, r->path);
	}
}

const struct route *route_find(
	const struct route_table *t, const char *path, struct route_id *id, struct err *err)
{
	const char *tail = strncmp(path, "/v1/", 4) == 0 ? path + 3 : path;
	CLEANUP_BUF struct buf names = BUF_INIT(sizeof(err->message));

	for (size_t i = 0; utf8_valid(path, strlen(path)) && i < t->n; i++)
		if (fits(t->rows[i].path, tail, id))
			return &t->rows[i];
	add_names(&names, t);
	err_set(err, ERR_NOT_FOUND, "Unknown URL. There are %s.", buf_str(&names));
	return NULL;
}

static bool same_path(const struct route *a, const struct route *b)
{
	return strcmp(a->path, b->path) == 0;
}

size_t route_index(const struct route_table *t, const struct route *r)
{
	size_t i = 0;

	while (!same_path(&t->rows[i], r))
		i++;
	return i;
}

const struct route *route_for_method(
	const struct route_table *t, const struct route *r, const char *method, struct err *err)
{
	const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
	CLEANUP_BUF struct buf methods = BUF_INIT(METHODS_MAX);

	for (size_t i = 0; i < t->n; i++)
		if (same_path(&t->rows[i], r) && strcmp(t->rows[i].method, wanted) == 0)
			return &t->rows[i];
	route_add_allow(&methods, t, r);
	err_set(err, ERR_METHOD, "This URL takes %s only.", buf_str(&methods));
	return NULL;
}

/* Whether a row before this one has its method, among those of r's path, or all if r is NULL. */
static bool repeats(const struct route_table *t, size_t row, const struct route *r)
{
	for (size_t i = 0; i < row; i++)
		if ((r == NULL || same_path(&t->rows[i], r)) &&
			strcmp(t->rows[i].method, t->rows[row].method) == 0)
			return true;
	return false;
}

void route_add_allow(struct buf *out, const struct route_table *t, const struct route *r)
{
	const char *before = "";

	for (size_t i = 0; i < t->n; i++) {
		const char *method = t->rows[i].method;

		if ((r != NULL && !same_path(&t->rows[i], r)) || repeats(t, i, r))
			continue;
		buf_printf(
			out, "%s%s%s", before, method, strcmp(method, "GET") == 0 ? ", HEAD" : "");
		before = ", ";
	}
}

void route_add_methods(struct buf *out, const struct route_table *t, const struct route *r)
{
	route_add_allow(out, t, r);
	buf_puts(out, ", OPTIONS");
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
