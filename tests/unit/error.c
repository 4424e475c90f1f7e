#include "wire/error.h"

#include "support/check.h"

/* The HTTP behaviour promised to clients; `code` NULL is null in the JSON. */
static const struct {
	enum err_kind kind;
	int status;
	const char *code;
} promised[] = {
	{ERR_INVALID, 400, NULL},
	{ERR_UNSUPPORTED, 400, "unsupported_parameter"},
	{ERR_CONTEXT, 400, "context_length_exceeded"},
	{ERR_KEY, 401, "invalid_api_key"},
	{ERR_LOGIN, 401, "claude_not_logged_in"},
	{ERR_NOT_FOUND, 404, "unknown_url"},
	{ERR_MODEL, 404, "model_not_found"},
	{ERR_METHOD, 405, "method_not_supported"},
	{ERR_TOO_LARGE, 413, "request_too_large"},
	{ERR_MEDIA_TYPE, 415, "unsupported_content_type"},
	{ERR_RATE_LIMIT, 429, "rate_limit_exceeded"},
	{ERR_QUOTA, 429, "insufficient_quota"},
	{ERR_INTERNAL, 500, "internal_error"},
	{ERR_UPSTREAM, 502, "upstream_error"},
	{ERR_OVERLOADED, 503, "overloaded"},
	{ERR_TIMEOUT, 504, "timeout"},
};

TEST(status_and_code)
{
	for (size_t i = 0; i < ARRAY_LEN(promised); i++) {
		const char *name = err_name(promised[i].kind);

		check(error_status(promised[i].kind) == promised[i].status, "%s: status", name);
		if (promised[i].code == NULL)
			assert_null(error_code(promised[i].kind));
		else
			assert_string_equal(error_code(promised[i].kind), promised[i].code);
	}
}

TEST(json)
{
	static const struct {
		enum err_kind kind;
		const char *param;
		const char *json;
	} rows[] = {
		{ERR_INVALID, "messages",
			"{'error':{'message':'Say why.','type':'invalid_request_error',"
			"'param':'messages','code':null}}"},
		{ERR_KEY, "",
			"{'error':{'message':'Say why.','type':'invalid_request_error',"
			"'param':null,'code':'invalid_api_key'}}"},
		{ERR_INTERNAL, "",
			"{'error':{'message':'Say why.','type':'server_error',"
			"'param':null,'code':'internal_error'}}"},
		{ERR_OVERLOADED, "",
			"{'error':{'message':'Say why.','type':'server_error',"
			"'param':null,'code':'overloaded'}}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf out = BUF_INIT(1000);
		struct err err;

		err_param(&err, rows[i].kind, rows[i].param, "Say why.");
		assert_int_equal(error_json(&out, &err), 0);
		check_json_text(err_name(rows[i].kind), &out, rows[i].json);
	}
}

/* In a Responses stream the type is the event's: the members come without it. */
TEST(members)
{
	CLEANUP_JSON cJSON *event = json_of("{'type':'error'}");
	CLEANUP_JSON cJSON *want = json_of(
		"{'type':'error','message':'No.','param':'n','code':'unsupported_parameter'}");
	struct err err;

	err_param(&err, ERR_UNSUPPORTED, "n", "No.");
	error_add_members(event, &err);
	check_json("members", event, want);
}

TEST(full)
{
	CLEANUP_BUF struct buf out = BUF_INIT(10);
	struct err err;

	err_set(&err, ERR_INVALID, "No.");
	assert_int_equal(error_json(&out, &err), -1);
}
