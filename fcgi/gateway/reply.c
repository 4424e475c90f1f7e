#include "gateway/reply.h"

#include <string.h>

#include "base/mem.h"
#include "gateway/cors.h"

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"},
		{204, "No Content"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{413, "Content Too Large"},
		{415, "Unsupported Media Type"},
		{426, "Upgrade Required"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
	};

	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

static size_t length(const char *s)
{
	return s != NULL ? strlen(s) : 0;
}

/* Room for the head: 4096 bytes are enough for all but the texts, which have any length. */
static size_t head_max(const struct reply *r)
{
	return 4096 + r->origin_len + length(r->ignored) + length(r->request_id);
}

static void add_origin(struct buf *out, const struct reply *r, const char *vary)
{
	if (r->origin == NULL)
		return;
	buf_printf(out,
		"Access-Control-Allow-Origin: %.*s\r\n"
		"Access-Control-Expose-Headers: " CORS_EXPOSED "\r\n"
		"Vary: %s\r\n",
		(int)r->origin_len, r->origin, vary);
}

/* All values are numbers, constants of ours or checked texts: no byte of a peer can end a line. */
static void add_head(struct buf *out, const struct reply *r, const struct reply_head *head)
{
	buf_printf(out, "Status: %d %s\r\n", head->status, reason(head->status));
	buf_printf(out, "Content-Type: %s\r\n", head->type);
	buf_printf(out, "X-Request-Id: %s\r\n", r->request_id);
	if (head->allow != NULL)
		buf_printf(out, "Allow: %s\r\n", head->allow);
	if (head->upgrade != NULL)
		buf_printf(out, "Upgrade: %s\r\n", head->upgrade);
	if (head->retry_after > 0)
		buf_printf(out, "Retry-After: %u\r\n", head->retry_after);
	if (head->rate_limited)
		buf_printf(out,
			"X-Ratelimit-Remaining-Requests: 0\r\n"
			"X-Ratelimit-Reset-Requests: %us\r\n",
			head->retry_after);
	if (head->final)
		buf_puts(out, "X-Should-Retry: false\r\n");
	if (head->status == 401)
		buf_puts(out, "WWW-Authenticate: Bearer\r\n");
	if (length(r->ignored) > 0)
		buf_printf(out, "X-Proxy-Ignored: %s\r\n", r->ignored);
	add_origin(out, r, "Origin");
}

static int send_answer(struct reply *r, const struct buf *head, const void *body, size_t n)
{
	struct gateway *g = r->gateway;

	if (gateway_write(g, buf_str(head), head->len) < 0 || gateway_write(g, body, n) < 0 ||
		gateway_flush(g) < 0)
		r->client_left = true;
	return r->client_left ? -1 : 0;
}

int reply_whole(struct reply *r, const struct reply_head *head, const void *body, size_t n)
{
	CLEANUP_BUF struct buf out = BUF_INIT(head_max(r));

	add_head(&out, r, head);
	buf_printf(&out, "Content-Length: %zu\r\n\r\n", n);
	r->status = head->status;
	return send_answer(r, &out, body, n);
}

/*
 * Chromium asks for this field (Private Network Access) when a page from the Internet sends a
 * request to this machine or its network. The page may, as the operator has named its origin.
 */
static void add_private_network(struct buf *out, struct gateway *g)
{
	if (strcmp(gateway_param(g, "HTTP_ACCESS_CONTROL_REQUEST_PRIVATE_NETWORK"), "true") == 0)
		buf_puts(out, "Access-Control-Allow-Private-Network: true\r\n");
}

int reply_preflight(struct reply *r, const char *methods)
{
	CLEANUP_BUF struct buf out = BUF_INIT(head_max(r) + length(methods));

	buf_puts(&out, "Status: 204 No Content\r\n");
	add_origin(&out, r,
		"Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network");
	add_private_network(&out, r->gateway);
	buf_printf(&out,
		"Access-Control-Allow-Methods: %s\r\n"
		"Access-Control-Allow-Headers: ",
		methods);
	cors_add_headers(&out, gateway_param(r->gateway, "HTTP_ACCESS_CONTROL_REQUEST_HEADERS"));
	buf_puts(&out, "\r\nAccess-Control-Max-Age: 86400\r\n\r\n");
	r->status = 204;
	return send_answer(r, &out, "", 0);
}

int reply_stream(struct reply *r, const void *frames, size_t n)
{
	CLEANUP_BUF struct buf out = BUF_INIT(head_max(r));

	if (!reply_committed(r)) {
		struct reply_head head = {
			.status = 200, .type = "text/event-stream; charset=utf-8"};

		add_head(&out, r, &head);
		buf_puts(&out, "Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n\r\n");
		r->status = head.status;
	}
	return send_answer(r, &out, frames, n);
}
