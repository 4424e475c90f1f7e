#include "serve/health.h"

#include <string.h>

#include "ask/models.h"
#include "base/json.h"

bool health_is_deep(struct exchange *x)
{
	const char *query = gateway_param(x->gateway, "QUERY_STRING");

	while (*query != '\0') {
		size_t n = strcspn(query, "&");

		if (n == strlen("deep=1") && strncmp(query, "deep=1", n) == 0)
			return true;
		query += n + (query[n] == '&');
	}
	return false;
}

static void add_claude(cJSON *o, const struct about *about)
{
	cJSON *claude = cJSON_AddObjectToObject(o, "claude");
	const char *login = login_name(about->login);

	cJSON_AddItemToObject(claude, "version",
		about->version[0] != '\0' ? cJSON_CreateString(about->version)
					  : cJSON_CreateNull());
	cJSON_AddItemToObject(claude, "logged_in",
		about->login != LOGIN_UNKNOWN ? cJSON_CreateBool(login != NULL)
					      : cJSON_CreateNull());
	cJSON_AddItemToObject(
		claude, "login", login != NULL ? cJSON_CreateString(login) : cJSON_CreateNull());
}

static void add_counts(cJSON *o, const struct lease_counts *counts)
{
	cJSON *children = cJSON_AddObjectToObject(o, "children");
	cJSON *leases;

	cJSON_AddNumberToObject(children, "limit", counts->limit);
	cJSON_AddNumberToObject(children, "spare", counts->spare);
	cJSON_AddNumberToObject(children, "leased", counts->leased);
	cJSON_AddNumberToObject(children, "parked", counts->parked);
	cJSON_AddNumberToObject(children, "stopping", counts->stopping);
	cJSON_AddNumberToObject(o, "queue", counts->waiting);
	leases = cJSON_AddObjectToObject(o, "leases");
	for (int kind = 0; kind < LEASE_KINDS; kind++)
		cJSON_AddNumberToObject(leases, lease_kind_name((enum lease_kind)kind),
			(double)counts->leases[kind]);
}

static int serve_deep(struct exchange *x)
{
	CLEANUP_JSON cJSON *o = cJSON_CreateObject();
	CLEANUP_BUF struct buf json = BUF_INIT((size_t)1 << 16);
	struct asker *a = &x->worker->asker;
	struct waiter waiter = exchange_waiter(x);
	struct lease_counts counts;
	struct about about;

	models_learn(a, &waiter);
	if (lease_count(&a->lease, &counts) < 0)
		return err_set(&x->err, ERR_OVERLOADED, "The proxy is about to end.");
	catalog_tell(a->catalog, &about);
	cJSON_AddStringToObject(o, "status", about.login == LOGIN_NONE ? "not logged in" : "ok");
	add_claude(o, &about);
	add_counts(o, &counts);
	if (json_print(&json, o) < 0)
		return err_set(&x->err, ERR_INTERNAL, "The answer is too long.");
	exchange_send_json(x, &json);
	return 0;
}

int health_serve(struct exchange *x)
{
	struct reply_head head = {.status = 200, .type = "text/plain; charset=utf-8"};

	if (health_is_deep(x))
		return serve_deep(x);
	reply_whole(&x->reply, &head, "ok\n", 3);
	return 0;
}
