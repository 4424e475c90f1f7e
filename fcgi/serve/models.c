#include "serve/models.h"

#include <strings.h>

#include "ask/models.h"
#include "base/json.h"
#include "claude/model_id.h"

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

/* Adds all models by the CLI's word, then by id; an id that has several words stands there once. */
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

static int send_models(struct exchange *x, const cJSON *object)
{
	CLEANUP_BUF struct buf json = BUF_INIT((size_t)1 << 16);

	if (json_print(&json, object) < 0)
		return err_set(&x->err, ERR_INTERNAL, "The list of models is too long.");
	exchange_send_json(x, &json);
	return 0;
}

int models_serve_list(struct exchange *x)
{
	struct asker *a = &x->worker->asker;
	struct waiter waiter = exchange_waiter(x);
	CLEANUP_JSON cJSON *list = cJSON_CreateObject();
	struct about about;

	models_learn(a, &waiter);
	models_tell(a, &about);
	cJSON_AddStringToObject(list, "object", "list");
	add_models(x, cJSON_AddArrayToObject(list, "data"), &about);
	return send_models(x, list);
}

/* Whatever name a request may give a model, it is found here, too, and keeps that name. */
int models_serve_one(struct exchange *x)
{
	struct asker *a = &x->worker->asker;
	struct waiter waiter = exchange_waiter(x);
	CLEANUP_JSON cJSON *object = NULL;
	struct about about;

	models_learn(a, &waiter);
	if (models_resolve(a, &waiter, x->name, x->model, &x->err) < 0)
		return -1;
	models_tell(a, &about);
	object = model_object(x, &about, x->name, x->model);
	return send_models(x, object);
}
