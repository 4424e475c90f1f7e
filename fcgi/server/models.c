#include "server/models.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "claude/decode.h"
#include "claude/encode.h"
#include "server/converse.h"

/* Listing models is not worth a longer wait for a child. */
#define PATIENCE_MS 200

static void ignore_event(void *arg, const struct event *ev)
{
	(void)arg;
	if (ev->kind == EVENT_FAIL)
		log_debug("the CLI did not tell its models: %s", ev->fail->message);
}

void models_note(struct exchange *x, const struct about *about)
{
	struct about known = *about;

	if (x->err.kind == ERR_LOGIN)
		known.login = LOGIN_NONE;
	catalog_learn(x->server->catalog, &known);
}

/* Starts a child, has it greet, and keeps what it offers for every worker. */
static void learn(struct exchange *x)
{
	static const struct lease_wish nobodys;
	struct server *s = x->server;
	struct request nothing;
	struct replay replay = {.request = &nothing};
	struct decode decode;
	struct err err;
	struct converse c = {
		.cfg = s->cfg,
		.lease = &s->lease,
		.client = gateway_client(x->gateway),
		.deadline = x->deadline,
		.replay = &replay,
		.decode = &decode,
		.greet_only = true,
	};

	if (lease_take(&s->lease, &nobodys, c.client, clock_ms() + PATIENCE_MS, &err) < 0) {
		log_debug("models not learnt: %s", err.message);
		return;
	}
	request_init(&nothing);
	decode_init(&decode, &nothing, ignore_event, NULL);
	converse(&c);
	models_note(x, &decode.about);
	decode_finish(&decode);
	request_finish(&nothing);
	lease_end(&s->lease, false);
}

static const struct model_list *offered(struct exchange *x)
{
	const struct model_list *models = catalog_models(x->server->catalog);

	return models != NULL ? models : model_families();
}

void models_learn(struct exchange *x)
{
	if (catalog_models(x->server->catalog) == NULL)
		learn(x);
}

static int resolve(struct exchange *x, const char *asked)
{
	const struct config *cfg = x->server->cfg;
	struct model_rules rules = {
		.preferred = cfg->model,
		.aliases = cfg->aliases,
		.offered = offered(x),
	};

	return model_resolve(&rules, asked, x->model, &x->err);
}

int models_resolve(struct exchange *x, const char *asked)
{
	if (resolve(x, asked) == 0)
		return 0;
	if (catalog_models(x->server->catalog) != NULL)
		return -1;
	learn(x);
	if (resolve(x, asked) < 0)
		return -1;
	x->err = (struct err){0};
	return 0;
}

static cJSON *model_object(const struct exchange *x, const char *name)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "id", name);
	cJSON_AddStringToObject(o, "object", "model");
	cJSON_AddNumberToObject(o, "created", (double)x->server->installed_at);
	cJSON_AddStringToObject(o, "owned_by", "anthropic");
	return o;
}

static int send(struct exchange *x, const cJSON *object)
{
	CLEANUP_BUF struct buf json = BUF_INIT((size_t)1 << 16);

	if (json_print(&json, object) < 0)
		return err_set(&x->err, ERR_INTERNAL, "The list of models is too long.");
	exchange_send_json(x, &json);
	return 0;
}

int models_serve_list(struct exchange *x)
{
	CLEANUP_JSON cJSON *list = cJSON_CreateObject();
	const struct model_list *models;
	cJSON *data;

	models_learn(x);
	models = offered(x);
	cJSON_AddStringToObject(list, "object", "list");
	data = cJSON_AddArrayToObject(list, "data");
	for (size_t i = 0; i < models->n; i++)
		cJSON_AddItemToArray(data, model_object(x, models->name[i]));
	return send(x, list);
}

/* Under the name it was asked by: whatever a request may name, this answers for. */
int models_serve_one(struct exchange *x)
{
	CLEANUP_JSON cJSON *object = NULL;

	if (models_resolve(x, x->name) < 0)
		return -1;
	object = model_object(x, x->name);
	return send(x, object);
}
