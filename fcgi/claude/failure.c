#include "claude/failure.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* Names in `error` that say more than the status beside them. */
static const struct {
	const char *name;
	enum err_kind kind;
} names[] = {
	{"authentication_failed", ERR_LOGIN},
	{"oauth_org_not_allowed", ERR_LOGIN},
	{"billing_error", ERR_QUOTA},
	{"account_on_hold", ERR_QUOTA},
	{"verification_required", ERR_QUOTA},
	{"rate_limit", ERR_RATE_LIMIT},
	{"overloaded", ERR_OVERLOADED},
	{"model_not_found", ERR_MODEL},
};

static enum err_kind kind_of_status(int status)
{
	switch (status) {
	case 400:
		return ERR_INVALID;
	case 401:
	case 403:
		return ERR_LOGIN;
	case 402:
		return ERR_QUOTA;
	case 404:
		return ERR_MODEL;
	case 413:
		return ERR_CONTEXT;
	case 429:
		return ERR_RATE_LIMIT;
	case 503:
	case 529:
		return ERR_OVERLOADED;
	case 504:
		return ERR_TIMEOUT;
	default:
		return ERR_UPSTREAM;
	}
}

static enum err_kind kind_of(const cJSON *line)
{
	const char *name = json_get_string(line, "error");

	for (size_t i = 0; name != NULL && i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].kind;
	return kind_of_status((int)json_get_number(line, "api_error_status"));
}

/* Seconds. The CLI does not pass on what the API said. */
static unsigned retry_after(enum err_kind kind)
{
	if (kind == ERR_RATE_LIMIT)
		return 30;
	return kind == ERR_OVERLOADED ? 5 : 0;
}

static void fill(struct err *err, enum err_kind kind, const char *text)
{
	if (text == NULL)
		text = "claude reported an error and did not say which.";
	if (kind == ERR_LOGIN)
		err_set(err, kind,
			"The claude CLI on the proxy's machine is not logged in (run `claude` "
			"there "
			"and use /login): %s",
			text);
	else
		err_set(err, kind, "%s", text);
	err->retry_after = retry_after(kind);
}

bool failure_of_line(const cJSON *line, const char *text, struct err *err)
{
	const char *model = json_get_string(json_get(line, "message"), "model");
	bool synthetic = model != NULL && strcmp(model, "<synthetic>") == 0;

	if (!synthetic && !json_get_true(line, "is_api_error_message") &&
		json_get(line, "error") == NULL)
		return false;
	fill(err, kind_of(line), text);
	return true;
}

void failure_of_result(const cJSON *result, struct err *err)
{
	const char *reason = json_get_string(result, "terminal_reason");

	if (reason != NULL && strcmp(reason, "prompt_too_long") == 0)
		err_set(err, ERR_CONTEXT,
			"This conversation is longer than the model's context window.");
	else if (err->kind == ERR_NONE)
		fill(err, kind_of(result), json_get_string(result, "result"));
}
