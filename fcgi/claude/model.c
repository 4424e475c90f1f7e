#include "claude/model.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const struct model_list families = {.n = 3, .name = {"haiku", "sonnet", "opus"}};

/* The CLI takes them, but does not list them. */
static const char *const unlisted[] = {"best", "opusplan"};

const struct model_list *model_families(void)
{
	return &families;
}

bool model_is_id(const char *name)
{
	size_t n = strcspn(name, "[");

	return strcspn(name, "0123456789.:/") < n;
}

static const char *find(const struct model_list *list, const char *name, size_t n)
{
	for (size_t i = 0; i < list->n; i++)
		if (strncasecmp(list->name[i], name, n) == 0 && list->name[i][n] == '\0')
			return list->name[i];
	return NULL;
}

/* Finds `name=` in the aliases; the model's length in *n. */
static const char *find_alias(const char *aliases, const char *name, size_t *n)
{
	size_t len = strlen(name);

	while (*aliases != '\0') {
		size_t entry = strcspn(aliases, ",");

		if (entry > len && aliases[len] == '=' && strncasecmp(aliases, name, len) == 0) {
			*n = entry - len - 1;
			return aliases + len + 1;
		}
		aliases += entry + (aliases[entry] == ',');
	}
	return NULL;
}

static bool found(const char *name, char out[MODEL_NAME_SIZE])
{
	if (name == NULL)
		return false;
	snprintf(out, MODEL_NAME_SIZE, "%s", name);
	return true;
}

static bool resolve_exact(
	const struct model_rules *rules, const char *name, char out[MODEL_NAME_SIZE])
{
	size_t place = model_list_find(rules->offered, name);

	if (strcasecmp(name, rules->preferred) == 0)
		return found(rules->preferred, out);
	if (place == MODEL_LIST_LIMIT)
		return found(find(&families, name, strlen(name)), out);
	if (strcasecmp(rules->offered->name[place], name) == 0)
		return found(rules->offered->name[place], out);
	return found(rules->offered->id[place], out);
}

/* A word of the CLI's that is not on its list, or a listed one with a long context window. */
static bool resolve_word(
	const struct model_rules *rules, const char *name, char out[MODEL_NAME_SIZE])
{
	size_t n = strcspn(name, "[");
	bool wide = strcasecmp(name + n, "[1m]") == 0;
	const char *word = find(rules->offered, name, n);

	if (name[n] != '\0' && !wide)
		return false;
	if (word == NULL)
		word = find(&families, name, n);
	for (size_t i = 0; word == NULL && i < ARRAY_LEN(unlisted); i++)
		if (strlen(unlisted[i]) == n && strncasecmp(unlisted[i], name, n) == 0)
			word = unlisted[i];
	if (word == NULL || strlen(word) + sizeof("[1m]") > MODEL_NAME_SIZE)
		return false;
	snprintf(out, MODEL_NAME_SIZE, "%s%s", word, wide ? "[1m]" : "");
	return true;
}

static bool resolve_claude(
	const struct model_rules *rules, const char *name, char out[MODEL_NAME_SIZE])
{
	char word[MODEL_FAMILY_SIZE + sizeof("[1m]")];
	struct model_id id;

	if (!model_id_parse(&id, name, rules->offered))
		return false;
	if (id.major > 0) {
		model_id_print(&id, rules->seller, out);
		return true;
	}
	snprintf(word, sizeof(word), "%s%s", id.family, id.wide ? "[1m]" : "");
	return resolve_word(rules, word, out);
}

/* Elsewhere than at Anthropic the operator may have given models names of any kind. */
static bool resolve_target(
	const struct model_rules *rules, const char *name, char out[MODEL_NAME_SIZE])
{
	return resolve_exact(rules, name, out) || resolve_word(rules, name, out) ||
	       resolve_claude(rules, name, out) ||
	       (rules->seller != MODEL_ANTHROPIC && found(name, out));
}

static bool resolve_alias(
	const struct model_rules *rules, const char *name, char out[MODEL_NAME_SIZE])
{
	char target[MODEL_NAME_SIZE];
	size_t n;
	const char *model = find_alias(rules->aliases, name, &n);

	if (model == NULL || n >= sizeof(target))
		return false;
	memcpy(target, model, n);
	target[n] = '\0';
	return resolve_target(rules, target, out);
}

int model_resolve(const struct model_rules *rules, const char *asked, char out[MODEL_NAME_SIZE],
	struct err *err)
{
	if (asked[0] == '\0')
		asked = rules->preferred;
	if (resolve_exact(rules, asked, out) || resolve_alias(rules, asked, out) ||
		resolve_word(rules, asked, out) || resolve_claude(rules, asked, out) ||
		resolve_alias(rules, "*", out))
		return 0;
	return err_param(err, ERR_MODEL, "model",
		"The model '%s' does not exist here; GET /v1/models lists those that do.", asked);
}

int model_check_aliases(const char *aliases, struct err *err)
{
	while (*aliases != '\0') {
		size_t entry = strcspn(aliases, ",");
		size_t name = strcspn(aliases, "=");
		char target[MODEL_NAME_SIZE];

		if (name == 0 || name + 1 >= entry || entry - name - 1 >= sizeof(target))
			return err_set(
				err, ERR_INVALID, "it must be a list such as gpt-4o=sonnet,*=opus");
		snprintf(target, sizeof(target), "%.*s", (int)(entry - name - 1),
			aliases + name + 1);
		if (!model_name_fits(target))
			return err_set(err, ERR_INVALID, "'%s' is no model name", target);
		aliases += entry + (aliases[entry] == ',');
	}
	return 0;
}
