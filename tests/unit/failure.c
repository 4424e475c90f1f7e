#include "claude/failure.h"

#include <string.h>

#include "support/check.h"

#define SYNTHETIC "'message':{'model':'<synthetic>'},'is_api_error_message':true"

static const struct {
	const char *line;
	enum err_kind kind; /* ERR_NONE: no error */
} lines[] = {
	{"{'message':{'model':'claude-opus-5-5'}}", ERR_NONE},
	{"{'message':{'model':'claude-opus-5-5'},'error':null}", ERR_NONE},
	{"{'message':{'model':'claude-opus-5-5'},'is_api_error_message':false}", ERR_NONE},
	{"{}", ERR_NONE},
	/* each mark alone is enough */
	{"{'message':{'model':'<synthetic>'}}", ERR_UPSTREAM},
	{"{'message':{'model':'claude-opus-5-5'},'is_api_error_message':true}", ERR_UPSTREAM},
	{"{'message':{'model':'claude-opus-5-5'},'error':'unknown'}", ERR_UPSTREAM},
	/* names */
	{"{" SYNTHETIC ",'error':'authentication_failed','api_error_status':401}", ERR_LOGIN},
	{"{" SYNTHETIC ",'error':'authentication_failed'}", ERR_LOGIN},
	{"{" SYNTHETIC ",'error':'oauth_org_not_allowed'}", ERR_LOGIN},
	{"{" SYNTHETIC ",'error':'billing_error','api_error_status':400}", ERR_QUOTA},
	{"{" SYNTHETIC ",'error':'account_on_hold'}", ERR_QUOTA},
	{"{" SYNTHETIC ",'error':'verification_required'}", ERR_QUOTA},
	{"{" SYNTHETIC ",'error':'rate_limit','api_error_status':429}", ERR_RATE_LIMIT},
	{"{" SYNTHETIC ",'error':'overloaded'}", ERR_OVERLOADED},
	{"{" SYNTHETIC ",'error':'model_not_found','api_error_status':404}", ERR_MODEL},
	{"{" SYNTHETIC ",'error':'server_error'}", ERR_UPSTREAM},
	{"{" SYNTHETIC ",'error':'max_output_tokens'}", ERR_UPSTREAM},
	/* statuses, where the name does not say */
	{"{" SYNTHETIC ",'error':'invalid_request','api_error_status':400}", ERR_INVALID},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':400}", ERR_INVALID},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':401}", ERR_LOGIN},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':402}", ERR_QUOTA},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':403}", ERR_LOGIN},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':404}", ERR_MODEL},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':405}", ERR_INVALID},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':408}", ERR_TIMEOUT},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':409}", ERR_UPSTREAM},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':413}", ERR_CONTEXT},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':422}", ERR_INVALID},
	{"{" SYNTHETIC ",'error':'unknown','api_error_status':429}", ERR_RATE_LIMIT},
	{"{" SYNTHETIC ",'error':'server_error','api_error_status':500}", ERR_UPSTREAM},
	{"{" SYNTHETIC ",'error':'server_error','api_error_status':503}", ERR_OVERLOADED},
	{"{" SYNTHETIC ",'error':'server_error','api_error_status':504}", ERR_TIMEOUT},
	{"{" SYNTHETIC ",'error':'server_error','api_error_status':529}", ERR_OVERLOADED},
	{"{" SYNTHETIC ",'error':'server_error','api_error_status':null}", ERR_UPSTREAM},
	{"{" SYNTHETIC ",'error':5,'api_error_status':'429'}", ERR_UPSTREAM},
	/* the CLI refused by itself */
	{"{" SYNTHETIC ",'error':'invalid_request'}", ERR_INVALID},
	{"{" SYNTHETIC ",'error':'invalid_request','api_error':'pdf_too_large'}", ERR_INVALID},
	/* what tells the cases of one name apart */
	{"{" SYNTHETIC ",'error':'rate_limit','api_error':'usage_limit_reached'}", ERR_RATE_LIMIT},
	{"{" SYNTHETIC ",'error':'rate_limit','api_error':'long_context_credits_required',"
	 "'api_error_status':429}",
		ERR_QUOTA},
	{"{" SYNTHETIC ",'error':'invalid_request','api_error':'org_disabled_credential',"
	 "'api_error_status':400}",
		ERR_QUOTA},
	{"{" SYNTHETIC ",'error':'invalid_request','api_error':'message_over_context_limit'}",
		ERR_CONTEXT},
	{"{" SYNTHETIC ",'error':'server_error','api_error':'connection_failed'}", ERR_UPSTREAM},
};

TEST(lines)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		CLEANUP_JSON cJSON *line = json_of(lines[i].line);
		struct err err = {0};
		bool failed = failure_of_line(line, "API Error: why", &err);

		check(failed == (lines[i].kind != ERR_NONE), "%s: %d", lines[i].line, failed);
		if (!failed)
			continue;
		check_err(lines[i].line, &err, lines[i].kind, NULL);
		check(strstr(err.message, "API Error: why") != NULL, "%s: %s", lines[i].line,
			err.message);
	}
}

/* Refusals about the account, as Anthropic words them, under the statuses they were seen with. */
TEST(account)
{
	static const struct {
		int status;
		const char *name, *text;
		enum err_kind kind;
	} rows[] = {
		{400, "unknown", "API Error: 400 You're out of extra usage. Add more at claude.ai",
			ERR_QUOTA},
		{400, "unknown", "Third-party apps now draw from your extra usage, not your plan.",
			ERR_QUOTA},
		{429, "rate_limit", "Extra usage is required for long context requests.",
			ERR_QUOTA},
		{400, "invalid_request", "Your credit balance is too low to access the API.",
			ERR_QUOTA},
		{400, "unknown", "You have reached your specified API usage limits.", ERR_QUOTA},
		{403, "authentication_failed", "This organization has been disabled.", ERR_QUOTA},
		{401, "authentication_failed", "Your ACCOUNT has been DISABLED.", ERR_QUOTA},
		{402, "unknown", "An invoice is unpaid.", ERR_QUOTA},
		{403, "authentication_failed", "usually because a payment is past due", ERR_QUOTA},
		{500, "server_error", "Your organization has an unpaid bill.", ERR_QUOTA},
		/* others under the same statuses */
		{429, "rate_limit", "This request would exceed your rate limit.", ERR_RATE_LIMIT},
		{403, "authentication_failed", "OAuth is not allowed for this organization.",
			ERR_LOGIN},
		{400, "unknown", "messages.1: the organization of turns is wrong", ERR_INVALID},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *line = json_of("{" SYNTHETIC "}");
		struct err err = {0};

		cJSON_AddNumberToObject(line, "api_error_status", rows[i].status);
		cJSON_AddStringToObject(line, "error", rows[i].name);
		assert_true(failure_of_line(line, rows[i].text, &err));
		check_err(rows[i].text, &err, rows[i].kind, NULL);
	}
}

/* Who runs the proxy must read there what to do. */
TEST(login_says_what_to_do)
{
	CLEANUP_JSON cJSON *line = json_of("{" SYNTHETIC ",'error':'authentication_failed'}");
	struct err err;

	assert_true(failure_of_line(line, "Not logged in", &err));
	assert_non_null(strstr(err.message, "/login"));
	assert_non_null(strstr(err.message, "Not logged in"));
}

TEST(without_text)
{
	CLEANUP_JSON cJSON *line = json_of("{" SYNTHETIC "}");
	struct err err;

	assert_true(failure_of_line(line, NULL, &err));
	check_err("no text", &err, ERR_UPSTREAM, NULL);
}

TEST(result)
{
	static const struct {
		const char *result;
		enum err_kind before; /* of the assistant line, if there was one */
		enum err_kind kind;
	} rows[] = {
		{"{'terminal_reason':'api_error','api_error_status':429,'result':'slow'}", ERR_NONE,
			ERR_RATE_LIMIT},
		{"{'terminal_reason':'api_error','api_error_status':529,'result':'full'}", ERR_NONE,
			ERR_OVERLOADED},
		{"{'terminal_reason':'api_error','api_error_status':null}", ERR_NONE, ERR_UPSTREAM},
		{"{}", ERR_NONE, ERR_UPSTREAM},
		/* what the line said stays */
		{"{'terminal_reason':'api_error','api_error_status':401,'result':'x'}", ERR_QUOTA,
			ERR_QUOTA},
		/* only the result tells this one */
		{"{'terminal_reason':'prompt_too_long','api_error_status':400}", ERR_INVALID,
			ERR_CONTEXT},
		{"{'terminal_reason':'prompt_too_long'}", ERR_NONE, ERR_CONTEXT},
		{"{'terminal_reason':'blocking_limit','result':'Prompt is too long'}", ERR_INVALID,
			ERR_CONTEXT},
		{"{'terminal_reason':'rapid_refill_breaker'}", ERR_NONE, ERR_CONTEXT},
		{"{'terminal_reason':'image_error'}", ERR_NONE, ERR_INVALID},
		{"{'terminal_reason':'image_error'}", ERR_CONTEXT, ERR_CONTEXT},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *result = json_of(rows[i].result);
		struct err err = {0};

		if (rows[i].before != ERR_NONE)
			err_set(&err, rows[i].before, "before");
		failure_of_result(result, &err);
		check_err(rows[i].result, &err, rows[i].kind, NULL);
	}
}

/* A client that is told to come back later is told when: Retry-After goes with 429 and 503. */
TEST(retry_after)
{
	static const int statuses[] = {429, 503, 529};

	for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
		CLEANUP_JSON cJSON *line = json_of("{" SYNTHETIC "}");
		struct err err = {0};

		cJSON_AddNumberToObject(line, "api_error_status", statuses[i]);
		assert_true(failure_of_line(line, "later", &err));
		check(err.retry_after > 0, "%d: no time to come back is named", statuses[i]);
	}
}
