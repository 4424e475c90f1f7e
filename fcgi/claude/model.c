#include "claude/model.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const struct model_list families = {3, {"haiku", "sonnet", "opus"}};

const struct model_list *model_families(void)
{
	return &families;
}

bool model_name_fits(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= MODEL_NAME_SIZE)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && strchr("-_.:@/[]", name[i]) == NULL)
			return false;
	return true;
}

static const char *find(const struct model_list *list, const char *name, size_t n)
{
	for (size_t i = 0; i < list->n; i++)
		if (strncasecmp(list->name[i], name, n) == 0 && list->name[i][n] == '\0')
			return list->name[i];
	return NULL;
}

/* The CLI's own "default" names whatever its user set elsewhere; a request should say. */
void model_list_add(struct model_list *list, const char *name)
{
	if (!model_name_fits(name) || strcmp(name, "default") == 0 || list->n == MODEL_LIST_LIMIT ||
		find(list, name, strlen(name)) != NULL)
		return;
	snprintf(list->name[list->n++], MODEL_NAME_SIZE, "%s", name);
}

/* A version, a date, a vendor: what surrounds the family in `claude-3-5-haiku-20241022`. */
static bool is_decoration(const char *word, size_t n)
{
	static const char *const known[] = {"claude", "anthropic", "latest", "us", "eu", "apac"};
	size_t digits = 0;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i]) == n && strncasecmp(known[i], word, n) == 0)
			return true;
	if (n > 1 && (word[0] == 'v' || word[0] == 'V')) {
		word++;
		n--;
	}
	while (digits < n && isdigit((unsigned char)word[digits]))
		digits++;
	return digits == n;
}

/* The family a Claude name belongs to, or NULL: one family word, all others decoration. */
static const char *family_of(const struct model_list *offered, const char *name)
{
	static const char separators[] = "-_.:@/";
	const char *family = NULL;

	while (*name != '\0') {
		size_t n = strcspn(name, separators);
		const char *word = find(offered, name, n);

		if (word == NULL)
			word = find(&families, name, n);
		if (word != NULL && family != NULL)
			return NULL;
		if (word != NULL)
			family = word;
		else if (n > 0 && !is_decoration(name, n))
			return NULL;
		name += n;
		name += strspn(name, separators) > 0 ? 1 : 0;
	}
	return family;
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
	if (strcasecmp(name, rules->preferred) == 0)
		return found(rules->preferred, out);
	return found(find(rules->offered, name, strlen(name)), out) ||
	       found(find(&families, name, strlen(name)), out);
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
	return resolve_exact(rules, target, out) || found(family_of(rules->offered, target), out);
}

int model_resolve(const struct model_rules *rules, const char *asked, char out[MODEL_NAME_SIZE],
	struct err *err)
{
	if (asked[0] == '\0')
		asked = rules->preferred;
	if (resolve_exact(rules, asked, out) || resolve_alias(rules, asked, out) ||
		found(family_of(rules->offered, asked), out) || resolve_alias(rules, "*", out))
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
