#include "serve/scrape.h"

#include "base/loopback.h"
#include "base/mem.h"
#include "serve/credential.h"
#include "serve/metrics.h"

static bool is_set(struct exchange *x, const char *name)
{
	return gateway_param(x->gateway, name)[0] != '\0';
}

bool scrape_is_local(struct exchange *x)
{
	static const char *const marks[] = {"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR",
		"HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP", "HTTP_VIA"};

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (is_set(x, marks[i]))
			return false;
	if (credential_is_brought(x))
		return false;
	return loopback_address(gateway_param(x->gateway, "REMOTE_ADDR")) &&
	       loopback_host(gateway_param(x->gateway, "HTTP_HOST"));
}

int scrape_serve(struct exchange *x)
{
	CLEANUP_BUF struct buf text = BUF_INIT(EXPOSITION_MAX);
	struct reply_head head = {.status = 200, .type = EXPOSITION_TYPE};
	struct lease_counts children;
	struct counts counts;

	if (x->worker->metrics == NULL)
		return err_set(&x->err, ERR_NOT_FOUND,
			"There are no metrics under CGI, where each request has its own process.");
	if (lease_count(&x->worker->asker.lease, &children) < 0)
		return err_set(&x->err, ERR_OVERLOADED, "The proxy is about to end.");
	metrics_read(x->worker->metrics, &counts);
	exposition_print(&text, x->routes, &counts, &children);
	reply_whole(&x->reply, &head, buf_str(&text), text.len);
	return 0;
}
