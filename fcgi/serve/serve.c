#include "serve/serve.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/mem.h"
#include "serve/credential.h"
#include "serve/health.h"
#include "serve/metrics.h"
#include "serve/routes.h"
#include "serve/scrape.h"
#include "wire/error.h"
#include "wire/wire.h"

/* A page of another origin may use the proxy only when it is on the list. */
static int check_origin(struct exchange *x)
{
	const char *origin = gateway_param(x->gateway, "HTTP_ORIGIN");
	const struct config *cfg = x->worker->asker.cfg;

	if (origin[0] == '\0' || cfg->origins[0] == '\0')
		return 0;
	x->reply.origin = config_find_origin(cfg, origin, &x->reply.origin_len);
	if (x->reply.origin != NULL)
		return 0;
	return err_set(&x->err, ERR_ORIGIN,
		"This origin is not allowed; PROXY_ALLOWED_ORIGINS lists those that are.");
}

static bool is_preflight(struct exchange *x)
{
	return x->reply.origin != NULL && strcmp(x->method, "OPTIONS") == 0 &&
	       gateway_param(x->gateway, "HTTP_ACCESS_CONTROL_REQUEST_METHOD")[0] != '\0';
}

/*
 * A client that tries a WebSocket falls back to POST at once after a 426, but slowly after a 405.
 */
static int check_upgrade(struct exchange *x)
{
	const struct wire *format = x->route->format;

	if (format == NULL || !format->tries_websocket || strcmp(x->route->method, "POST") != 0 ||
		gateway_param(x->gateway, "HTTP_UPGRADE")[0] == '\0')
		return 0;
	return err_set(&x->err, ERR_UPGRADE, "There are no WebSockets here; use POST.");
}

/*
 * A 426 must name a protocol that would do (RFC 9110, 15.5.22): it is HTTP/1.1, in which a POST
 * needs no upgrade. HTTP/2 forbids the field Upgrade. That field needs an entry in Connection,
 * which is left to the web server.
 */
static const char *upgrade_of(struct exchange *x)
{
	bool is_http1 = strncmp(gateway_param(x->gateway, "SERVER_PROTOCOL"), "HTTP/1.", 7) == 0;

	return x->err.kind == ERR_UPGRADE && is_http1 ? "HTTP/1.1" : NULL;
}

static bool needs_key(struct exchange *x)
{
	switch (x->route->access) {
	case ROUTE_OPEN:
		return health_is_deep(x);
	case ROUTE_KEY:
		return true;
	case ROUTE_LOCAL:
		return !scrape_is_local(x);
	}
	return true;
}

static void find_route(struct exchange *x)
{
	const char *path = gateway_param(x->gateway, "PATH_INFO");
	struct route_id id;

	x->route = route_find(x->routes, path, &id, &x->err);
	if (x->route == NULL || id.text == NULL)
		return;
	x->name = mem_alloc(id.len + 1);
	memcpy(x->name, id.text, id.len);
}

/* The key is asked for before anything of the body is read. */
static int serve_route(struct exchange *x, const char *method)
{
	const struct route *route;

	if (check_upgrade(x) < 0)
		return -1;
	route = route_for_method(x->routes, x->route, method, &x->err);
	if (route == NULL)
		return -1;
	x->route = route;
	if (needs_key(x) && credential_check(x, route->format) < 0)
		return -1;
	return route->handler(x);
}

/*
 * A preflight needs no key, because a browser sends none with it. It succeeds for an unknown path,
 * too: the request itself is told that there is no such path.
 */
static int serve_preflight(struct exchange *x)
{
	CLEANUP_BUF struct buf methods = BUF_INIT(256);

	x->err = (struct err){.kind = ERR_NONE};
	route_add_methods(&methods, x->routes, x->route);
	reply_preflight(&x->reply, buf_str(&methods));
	return 0;
}

/*
 * Each retry is a whole run of the model: say so where it cannot help, because of the
 * installation, of an account, or of a limit that lasts longer than a client waits.
 */
static bool is_final(const struct err *err)
{
	return err->kind == ERR_INTERNAL || err->kind == ERR_QUOTA ||
	       (err->kind == ERR_RATE_LIMIT && err->retry_after > 120);
}

static void send_error(struct exchange *x)
{
	CLEANUP_BUF struct buf body = BUF_INIT(8192), allow = BUF_INIT(256);
	struct reply_head head = {
		.status = error_status(x->err.kind),
		.type = "application/json",
		.upgrade = upgrade_of(x),
		.retry_after = x->err.retry_after,
		.rate_limited = x->err.kind == ERR_RATE_LIMIT && x->err.retry_after > 0,
		.final = is_final(&x->err),
	};

	if (reply_committed(&x->reply) || x->err.kind == ERR_GONE)
		return;
	if (x->err.kind == ERR_METHOD) {
		route_add_allow(&allow, x->routes, x->route);
		head.allow = buf_str(&allow);
	}
	routes_format(x->route)->error(&body, &x->err);
	reply_whole(&x->reply, &head, buf_str(&body), body.len);
}

static enum err_kind error_of(const struct exchange *x)
{
	return x->reply.client_left ? ERR_GONE : x->err.kind;
}

static int status_of(const struct exchange *x)
{
	return error_of(x) == ERR_GONE ? error_status(ERR_GONE) : x->reply.status;
}

static struct outcome outcome_of(const struct exchange *x)
{
	const struct route *r = x->route;

	return (struct outcome){
		.id = x->id,
		.method = x->method,
		.path = r != NULL ? r->path : NULL,
		.path_index = r != NULL ? route_index(x->routes, r) : COUNTS_NO_PATH,
		.key = x->key != NULL ? x->key->label : NULL,
		.model = x->model[0] != '\0' ? x->model : NULL,
		.lease = x->lease,
		.status = status_of(x),
		.error = error_of(x),
		/* Other messages may quote the request; these are about the installation. */
		.reason = x->err.kind == ERR_INTERNAL ? x->err.message : NULL,
		/* The conversations' paths alone take POST, and want a key. */
		.asked = x->key != NULL && strcmp(x->method, "POST") == 0,
		.first_ms = x->first_at != 0 ? x->first_at - x->begun_at : -1,
		.ms = x->ended_at - x->begun_at,
		.usage = x->usage,
	};
}

void serve(struct worker *w, struct gateway *g)
{
	struct exchange x = {.worker = w, .gateway = g, .routes = &routes, .begun_at = clock_ms()};
	const char *method = gateway_param(g, "REQUEST_METHOD");
	struct outcome outcome;
	int result = -1;

	exchange_make_id(x.id);
	x.method = route_method_name(method);
	x.reply = (struct reply){.gateway = g, .request_id = x.id};
	x.deadline = x.begun_at + w->asker.cfg->request_seconds * 1000LL;
	if (check_origin(&x) == 0)
		find_route(&x);
	if (is_preflight(&x))
		result = serve_preflight(&x);
	else if (x.route != NULL)
		result = serve_route(&x, method);
	if (result < 0)
		send_error(&x);
	exchange_end(&x);
	outcome = outcome_of(&x);
	metrics_count(w->metrics, &outcome);
	outcome_log(&outcome);
	mem_free_slot(&x.name);
}
