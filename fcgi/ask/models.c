#include "ask/models.h"

#include <stdlib.h>

#include "ask/converse.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "claude/decode.h"
#include "claude/encode.h"

/* How long a free child is waited for: a list of models is not worth more. */
#define PATIENCE_MS 200

static void ignore_event(void *arg, const struct event *ev)
{
	(void)arg;
	if (ev->kind == EVENT_FAIL)
		log_debug("the CLI did not tell its models: %s", ev->fail->message);
}

void models_keep(struct asker *a, const struct about *about, enum err_kind failure)
{
	struct about known = *about;

	if (failure == ERR_LOGIN)
		known.login = LOGIN_NONE;
	catalog_learn(a->catalog, &known);
}

/* Starts a child, has it greet, and keeps what it offers for every worker. */
static void learn(struct asker *a, const struct waiter *waiter)
{
	static const struct lease_wish nobodys;
	struct request nothing;
	struct decode decode;
	struct replay replay = {.request = &nothing, .aliases = &decode.aliases};
	struct err err;
	struct converse c = {
		.asker = a,
		.waiter = *waiter,
		.replay = &replay,
		.decode = &decode,
		.greet_only = true,
	};

	if (lease_take(&a->lease, &nobodys, waiter->client, clock_ms() + PATIENCE_MS, &err) < 0) {
		log_debug("models not learnt: %s", err.message);
		return;
	}
	request_init(&nothing);
	decode_init(&decode, &nothing, ignore_event, NULL);
	converse(&c);
	models_keep(a, &decode.about, ERR_NONE);
	decode_finish(&decode);
	request_finish(&nothing);
	lease_end(&a->lease, false);
}

void models_tell(const struct asker *a, struct about *about)
{
	catalog_tell(a->catalog, about);
	if (about->models.n == 0)
		about->models = *model_families();
}

static bool is_known(const struct asker *a)
{
	struct about about;

	catalog_tell(a->catalog, &about);
	return about.models.n > 0;
}

void models_learn(struct asker *a, const struct waiter *waiter)
{
	if (!is_known(a))
		learn(a, waiter);
}

static int resolve(
	const struct asker *a, const char *asked, char model[MODEL_NAME_SIZE], struct err *err)
{
	struct about about;
	struct model_rules rules = {
		.preferred = a->cfg->model,
		.aliases = a->cfg->aliases,
		.offered = &about.models,
	};

	models_tell(a, &about);
	rules.seller = login_seller(about.login);
	return model_resolve(&rules, asked, model, err);
}

/* Whether the CLI uses a cloud, by its own switches: models may have other names there. */
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

int models_resolve(struct asker *a, const struct waiter *waiter, const char *asked,
	char model[MODEL_NAME_SIZE], struct err *err)
{
	if (may_be_elsewhere())
		models_learn(a, waiter);
	if (resolve(a, asked, model, err) == 0)
		return 0;
	if (is_known(a))
		return -1;
	learn(a, waiter);
	if (resolve(a, asked, model, err) < 0)
		return -1;
	*err = (struct err){0};
	return 0;
}

void models_explain(struct err *err, const char *model)
{
	if (err->kind == ERR_MODEL && err->param[0] == '\0')
		err_param(err, ERR_MODEL, "model",
			"The model '%s' cannot be had with this login of claude, or not any more; GET /v1/models lists the models.",
			model);
}
