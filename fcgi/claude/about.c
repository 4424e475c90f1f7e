#include "claude/about.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* Far above any model's, and small enough for an unsigned. */
#define MOST_TOKENS 1e9

const char *login_name(enum login login)
{
	static const char *const names[] = {
		[LOGIN_TOKEN] = "token",
		[LOGIN_CLAUDE_AI] = "claude.ai",
		[LOGIN_KEY] = "key",
		[LOGIN_BEDROCK] = "bedrock",
		[LOGIN_VERTEX] = "vertex",
		[LOGIN_FOUNDRY] = "foundry",
		[LOGIN_OTHER] = "other",
	};
	_Static_assert(ARRAY_LEN(names) == LOGIN_KINDS, "every kind of login has a name");

	return names[login];
}

enum model_seller login_seller(enum login login)
{
	if (login == LOGIN_BEDROCK)
		return MODEL_BEDROCK;
	if (login == LOGIN_VERTEX)
		return MODEL_VERTEX;
	return login == LOGIN_FOUNDRY || login == LOGIN_OTHER ? MODEL_OTHER : MODEL_ANTHROPIC;
}

static const char *const efforts[] = {"none", "minimal", "low", "medium", "high", "xhigh", "max"};

const char *about_effort(unsigned n)
{
	return n < ARRAY_LEN(efforts) ? efforts[n] : NULL;
}

/* Other sellers have logins of their own, of which the CLI knows no more than the seller. */
static enum login login_at(const char *provider)
{
	if (strcmp(provider, "bedrock") == 0)
		return LOGIN_BEDROCK;
	if (strcmp(provider, "vertex") == 0)
		return LOGIN_VERTEX;
	return strcmp(provider, "foundry") == 0 ? LOGIN_FOUNDRY : LOGIN_OTHER;
}

/* A key is used where there is one. A login that is stored in a file has no source to be told. */
static enum login login_of(const cJSON *account)
{
	const char *provider = json_get_string(account, "apiProvider");
	const char *key = json_get_string(account, "apiKeySource");
	const char *token = json_get_string(account, "tokenSource");

	if (account == NULL || account->child == NULL)
		return LOGIN_UNKNOWN;
	if (provider != NULL && strcmp(provider, "firstParty") != 0)
		return login_at(provider);
	if (key != NULL && strcmp(key, "none") != 0)
		return LOGIN_KEY;
	if (token == NULL || strcmp(token, "claude.ai") == 0)
		return LOGIN_CLAUDE_AI;
	return strcmp(token, "none") == 0 ? LOGIN_NONE : LOGIN_TOKEN;
}

static unsigned efforts_of(const cJSON *model)
{
	const cJSON *level;
	unsigned bits = 0;

	cJSON_ArrayForEach(level, json_get(model, "supportedEffortLevels"))
	{
		for (unsigned n = 0; cJSON_IsString(level) && n < ARRAY_LEN(efforts); n++)
			if (strcmp(level->valuestring, efforts[n]) == 0)
				bits |= 1U << n;
	}
	return bits;
}

static void add_model(struct model_list *list, const cJSON *model)
{
	const char *name = json_get_string(model, "value");
	const char *id = json_get_string(model, "resolvedModel");
	size_t place = name != NULL ? model_list_add(list, name) : MODEL_LIST_LIMIT;

	if (place == MODEL_LIST_LIMIT)
		return;
	if (id != NULL && model_name_fits(id))
		snprintf(list->id[place], MODEL_NAME_SIZE, "%s", id);
	list->efforts[place] = efforts_of(model);
}

void about_learn(struct about *a, const cJSON *response)
{
	const cJSON *model;

	a->login = login_of(json_get(response, "account"));
	cJSON_ArrayForEach(model, json_get(response, "models"))
	{
		add_model(&a->models, model);
	}
}

const struct model_limits *about_limits(const struct about *a, const char *id)
{
	for (size_t i = 0; i < a->n_limits; i++)
		if (strcmp(a->limits[i].id, id) == 0)
			return &a->limits[i];
	return NULL;
}

/* When all places are taken, a new model gets the last one. */
static void put_limits(struct about *a, const struct model_limits *limits)
{
	size_t i = 0;

	while (i < a->n_limits && strcmp(a->limits[i].id, limits->id) != 0)
		i++;
	if (i == MODEL_LIST_LIMIT)
		i--;
	if (i == a->n_limits)
		a->n_limits++;
	a->limits[i] = *limits;
}

static unsigned tokens(const cJSON *usage, const char *key)
{
	double n = json_get_number(usage, key);

	return n > 0 && n <= MOST_TOKENS ? (unsigned)n : 0;
}

void about_learn_limits(struct about *a, const cJSON *result)
{
	const cJSON *usage;

	cJSON_ArrayForEach(usage, json_get(result, "modelUsage"))
	{
		struct model_limits limits = {
			.context = tokens(usage, "contextWindow"),
			.output = tokens(usage, "maxOutputTokens"),
		};

		if (usage->string == NULL || !model_name_fits(usage->string) ||
			(limits.context == 0 && limits.output == 0))
			continue;
		snprintf(limits.id, sizeof(limits.id), "%s", usage->string);
		put_limits(a, &limits);
	}
}

void about_merge(struct about *a, const struct about *news)
{
	if (news->models.n > 0)
		a->models = news->models;
	if (news->login != LOGIN_UNKNOWN)
		a->login = news->login;
	if (news->version[0] != '\0') /* `claude --version` has words behind it */
		snprintf(a->version, sizeof(a->version), "%.*s", (int)strcspn(news->version, " "),
			news->version);
	for (size_t i = 0; i < news->n_limits; i++)
		put_limits(a, &news->limits[i]);
}
