#include "gateway/reply.h"

#include "base/mem.h"

static const char *reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{413, "Content Too Large"},
		{415, "Unsupported Media Type"},
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

/* Header values are numbers and constants of ours: no byte of a peer can end a line. */
static void add_head(struct buf *out, const struct reply *r, const struct reply_head *head)
{
	buf_printf(out, "Status: %d %s\r\n", head->status, reason(head->status));
	buf_printf(out, "Content-Type: %s\r\n", head->type);
	buf_printf(out, "X-Request-Id: %s\r\n", r->request_id);
	if (head->allow != NULL)
		buf_printf(out, "Allow: %s\r\n", head->allow);
	if (head->retry_after > 0)
		buf_printf(out, "Retry-After: %u\r\n", head->retry_after);
	if (head->status == 401)
		buf_puts(out, "WWW-Authenticate: Bearer\r\n");
}

static int send(struct reply *r, const struct buf *head, const void *body, size_t n)
{
	struct gateway *g = r->gateway;

	if (gateway_write(g, buf_str(head), head->len) < 0 || gateway_write(g, body, n) < 0 ||
		gateway_flush(g) < 0)
		r->client_left = true;
	return r->client_left ? -1 : 0;
}

int reply_whole(struct reply *r, const struct reply_head *head, const void *body, size_t n)
{
	CLEANUP_BUF struct buf out = BUF_INIT(4096);

	add_head(&out, r, head);
	buf_printf(&out, "Content-Length: %zu\r\n\r\n", n);
	r->status = head->status;
	return send(r, &out, body, n);
}

int reply_stream(struct reply *r, const void *frames, size_t n)
{
	CLEANUP_BUF struct buf out = BUF_INIT(4096);

	if (!reply_committed(r)) {
		struct reply_head head = {
			.status = 200, .type = "text/event-stream; charset=utf-8"};

		add_head(&out, r, &head);
		buf_puts(&out, "Cache-Control: no-cache\r\nX-Accel-Buffering: no\r\n\r\n");
		r->status = head.status;
	}
	return send(r, &out, frames, n);
}
