#include "claude/failure.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"

struct name {
	const char *name;
	enum err_kind kind;
};

/* Names in `api_error`, which tell the cases of an `error` apart. */
static const struct name causes[] = {
	{"usage_limit_reached", ERR_RATE_LIMIT},
	{"long_context_credits_required", ERR_QUOTA},
	{"model_requires_usage_credits", ERR_QUOTA},
	{"org_disabled_credential", ERR_QUOTA},
	{"api_key_auth_disabled", ERR_LOGIN},
	{"invalid_credential_header", ERR_LOGIN},
	{"named_profile_unusable", ERR_LOGIN},
	{"provider_credentials", ERR_LOGIN},
	{"stored_login_refused", ERR_LOGIN},
	{"autocompact_thrashing", ERR_CONTEXT},
	{"message_over_context_limit", ERR_CONTEXT},
	{"connection_failed", ERR_UPSTREAM},
};

/* Names in `error` that say more than the status beside them. */
static const struct name names[] = {
	{"authentication_failed", ERR_LOGIN},
	{"cloud_credential_error", ERR_LOGIN},
	{"oauth_org_not_allowed", ERR_LOGIN},
	{"billing_error", ERR_QUOTA},
	{"account_on_hold", ERR_QUOTA},
	{"verification_required", ERR_QUOTA},
	{"rate_limit", ERR_RATE_LIMIT},
	{"overloaded", ERR_OVERLOADED},
	{"model_not_found", ERR_MODEL},
};

/* What a `result` says of why it ended: these come without a status. */
static const struct name endings[] = {
	{"blocking_limit", ERR_CONTEXT},
	{"prompt_too_long", ERR_CONTEXT},
	{"rapid_refill_breaker", ERR_CONTEXT},
	{"image_error", ERR_INVALID},
};

/*
 * Words about the account and its money. The API says them under 400, 401, 402, 403 and 429, and
 * none of these goes away when the request is sent again.
 */
static const char *const account_words[] = {
	"extra usage",
	"usage credits",
	"credit balance",
	"out of credits",
	"insufficient credit",
	"insufficient_quota",
	"insufficient funds",
	"purchase credits",
	"specified api usage limit",
	"specified workspace api usage limit",
	"regain access on",
	"spend limit",
	"spending limit",
	"spend cap",
	"payment required",
	"payment is required",
	"payment method",
	"past due",
	"overdue",
	"unpaid",
	"invoice",
	"billing",
	"on hold",
	"disabled organization",
	"organization has been disabled",
	"organization is disabled",
	"organization has been suspended",
	"organization is suspended",
	"account has been disabled",
	"account is disabled",
	"account has been suspended",
	"account is suspended",
	"account has been deactivated",
	"subscription has expired",
	"subscription has ended",
	"subscription is not active",
	"subscription is inactive",
	"subscription was canceled",
	"no active subscription",
};

static enum err_kind find(const struct name *list, size_t n, const char *name)
{
	for (size_t i = 0; name != NULL && i < n; i++)
		if (strcmp(name, list[i].name) == 0)
			return list[i].kind;
	return ERR_NONE;
}

static bool is_about_account(const char *text)
{
	for (size_t i = 0; text != NULL && i < ARRAY_LEN(account_words); i++)
		if (strcasestr(text, account_words[i]) != NULL)
			return true;
	return false;
}

/* Of 4xx all but 408 and 409 come again however often they are asked for. */
static enum err_kind kind_of_status(int status)
{
	switch (status) {
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
	case 408:
	case 504:
		return ERR_TIMEOUT;
	default:
		return status >= 400 && status < 500 && status != 409 ? ERR_INVALID : ERR_UPSTREAM;
	}
}

/* Without a status the CLI refused by itself: only then its word for that is all there is. */
static enum err_kind kind_without_status(const char *name)
{
	return name != NULL && strcmp(name, "invalid_request") == 0 ? ERR_INVALID : ERR_UPSTREAM;
}

static enum err_kind kind_of(const cJSON *line, const char *text)
{
	const char *name = json_get_string(line, "error");
	int status = (int)json_get_number(line, "api_error_status");
	enum err_kind kind = find(causes, ARRAY_LEN(causes), json_get_string(line, "api_error"));

	if (kind == ERR_NONE && is_about_account(text))
		kind = ERR_QUOTA;
	if (kind == ERR_NONE)
		kind = find(names, ARRAY_LEN(names), name);
	if (kind == ERR_NONE)
		kind = status != 0 ? kind_of_status(status) : kind_without_status(name);
	return kind;
}

/* Seconds, for where the API does not say. */
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
			"The claude CLI on the proxy's machine is not logged in (run `claude` there and use /login): %s",
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
	fill(err, kind_of(line, text), text);
	return true;
}

void failure_of_result(const cJSON *result, struct err *err)
{
	const char *reason = json_get_string(result, "terminal_reason");
	const char *text = json_get_string(result, "result");
	enum err_kind ending = find(endings, ARRAY_LEN(endings), reason);

	if (ending == ERR_CONTEXT)
		err_set(err, ERR_CONTEXT,
			"This conversation is longer than the model's context window.");
	else if (err->kind == ERR_NONE)
		fill(err, ending != ERR_NONE ? ending : kind_of(result, text), text);
}
