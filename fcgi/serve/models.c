#include "serve/models.h"

#include <stdlib.h>
#include <strings.h>

#include "ask/converse.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "claude/decode.h"
#include "claude/encode.h"
#include "claude/model_id.h"

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
	catalog_learn(x->worker->catalog, &known);
}

/* Starts a child, has it greet, and keeps what it offers for every worker. */
static void learn(struct exchange *x)
{
	static const struct lease_wish nobodys;
	struct worker *w = x->worker;
	struct request nothing;
	struct replay replay = {.request = &nothing};
	struct decode decode;
	struct err err;
	struct converse c = {
		.cfg = w->cfg,
		.lease = &w->lease,
		.client = gateway_client(x->gateway),
		.deadline = x->deadline,
		.replay = &replay,
		.decode = &decode,
		.greet_only = true,
	};

	if (lease_take(&w->lease, &nobodys, c.client, clock_ms() + PATIENCE_MS, &err) < 0) {
		log_debug("models not learnt: %s", err.message);
		return;
	}
	request_init(&nothing);
	decode_init(&decode, &nothing, ignore_event, NULL);
	converse(&c);
	models_note(x, &decode.about);
	decode_finish(&decode);
	request_finish(&nothing);
	lease_end(&w->lease, false);
}

static void tell(struct exchange *x, struct about *about)
{
	catalog_tell(x->worker->catalog, about);
	if (about->models.n == 0)
		about->models = *model_families();
}

static bool is_known(struct exchange *x)
{
	struct about about;

	catalog_tell(x->worker->catalog, &about);
	return about.models.n > 0;
}

void models_learn(struct exchange *x)
{
	if (!is_known(x))
		learn(x);
}

static int resolve(struct exchange *x, const char *asked)
{
	const struct config *cfg = x->worker->cfg;
	struct about about;
	struct model_rules rules = {
		.preferred = cfg->model,
		.aliases = cfg->aliases,
		.offered = &about.models,
	};

	tell(x, &about);
	rules.seller = login_seller(about.login);
	return model_resolve(&rules, asked, x->model, &x->err);
}

/* The CLI's own switches; any of them may bring names that Anthropic's API does not have. */
static bool may_be_elsewhere(void)
{
	static const char *const switches[] = {
		"CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"};

	for (size_t i = 0; i < ARRAY_LEN(switches); i++) {
		const char *value = getenv(switches[i]); /* NOLINT(concurrency-mt-unsafe) */

		if (value != NULL && value[0] != '\0')
			return true;
	}
	return false;
}

int models_resolve(struct exchange *x, const char *asked)
{
	if (may_be_elsewhere())
		models_learn(x);
	if (resolve(x, asked) == 0)
		return 0;
	if (is_known(x))
		return -1;
	learn(x);
	if (resolve(x, asked) < 0)
		return -1;
	x->err = (struct err){0};
	return 0;
}

void models_explain(struct exchange *x)
{
	if (x->err.kind == ERR_MODEL && x->err.param[0] == '\0')
		err_param(&x->err, ERR_MODEL, "model",
			"The model '%s' cannot be had with this login of claude, or not any more; "
			"GET /v1/models lists the models.",
			x->model);
}

static void add_efforts(cJSON *o, unsigned efforts)
{
	cJSON *list;

	if (efforts == 0)
		return;
	list = cJSON_AddArrayToObject(o, "supported_efforts");
	for (unsigned n = 0; about_effort(n) != NULL; n++)
		if (efforts >> n & 1)
			cJSON_AddItemToArray(list, cJSON_CreateStringReference(about_effort(n)));
}

/* A member that the CLI has not told is left out. */
static void add_known(cJSON *o, const struct about *about, const char *id, unsigned efforts)
{
	const struct model_limits *limits = about_limits(about, id);

	if (limits != NULL && limits->context > 0)
		cJSON_AddNumberToObject(o, "context_length", limits->context);
	if (limits != NULL && limits->output > 0)
		cJSON_AddNumberToObject(o, "max_output_tokens", limits->output);
	add_efforts(o, efforts);
}

/* The entry of the model that the CLI calls `model`, under the name that a client knows. */
static cJSON *model_object(
	const struct exchange *x, const struct about *about, const char *name, const char *model)
{
	size_t place = model_list_find(&about->models, model);
	bool is_listed = place != MODEL_LIST_LIMIT;
	const char *id = is_listed && about->models.id[place][0] ? about->models.id[place] : model;
	long long created = model_id_released(id);
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "id", name);
	cJSON_AddStringToObject(o, "object", "model");
	cJSON_AddNumberToObject(
		o, "created", (double)(created > 0 ? created : x->worker->installed_at));
	cJSON_AddStringToObject(o, "owned_by", "anthropic");
	add_known(o, about, id, is_listed ? about->models.efforts[place] : 0);
	return o;
}

/* Each model once by its word and once by its id, as several words may stand for one id. */
static void add_models(struct exchange *x, cJSON *data, const struct about *about)
{
	const struct model_list *models = &about->models;

	for (size_t i = 0; i < models->n; i++)
		cJSON_AddItemToArray(
			data, model_object(x, about, models->name[i], models->name[i]));
	for (size_t i = 0; i < models->n; i++)
		if (models->id[i][0] != '\0' && model_list_find(models, models->id[i]) == i &&
			strcasecmp(models->id[i], models->name[i]) != 0)
			cJSON_AddItemToArray(
				data, model_object(x, about, models->id[i], models->id[i]));
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
	struct about about;

	models_learn(x);
	tell(x, &about);
	cJSON_AddStringToObject(list, "object", "list");
	add_models(x, cJSON_AddArrayToObject(list, "data"), &about);
	return send(x, list);
}

/* Under the name it was asked by: whatever a request may name, this answers for. */
int models_serve_one(struct exchange *x)
{
	CLEANUP_JSON cJSON *object = NULL;
	struct about about;

	models_learn(x);
	if (models_resolve(x, x->name) < 0)
		return -1;
	tell(x, &about);
	object = model_object(x, &about, x->name, x->model);
	return send(x, object);
}
