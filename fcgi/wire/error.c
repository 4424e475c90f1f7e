#include "wire/error.h"

#include "base/json.h"
#include "base/mem.h"

struct face {
	int status;
	const char *type;
	const char *code;
};

static const struct face faces[] = {
	[ERR_NONE] = {500, "server_error", NULL},
	[ERR_INVALID] = {400, "invalid_request_error", NULL},
	[ERR_UNSUPPORTED] = {400, "invalid_request_error", "unsupported_parameter"},
	[ERR_CONTEXT] = {400, "invalid_request_error", "context_length_exceeded"},
	[ERR_KEY] = {401, "invalid_request_error", "invalid_api_key"},
	[ERR_ORIGIN] = {403, "invalid_request_error", "origin_not_allowed"},
	[ERR_NOT_FOUND] = {404, "invalid_request_error", "unknown_url"},
	[ERR_MODEL] = {404, "invalid_request_error", "model_not_found"},
	[ERR_METHOD] = {405, "invalid_request_error", "method_not_supported"},
	[ERR_UPGRADE] = {426, "invalid_request_error", "upgrade_not_supported"},
	[ERR_TOO_LARGE] = {413, "invalid_request_error", "request_too_large"},
	[ERR_MEDIA_TYPE] = {415, "invalid_request_error", "unsupported_content_type"},
	[ERR_RATE_LIMIT] = {429, "rate_limit_error", "rate_limit_exceeded"},
	[ERR_QUOTA] = {429, "insufficient_quota", "insufficient_quota"},
	[ERR_LOGIN] = {401, "authentication_error", "claude_not_logged_in"},
	[ERR_INTERNAL] = {500, "server_error", "internal_error"},
	[ERR_UPSTREAM] = {502, "server_error", "upstream_error"},
	[ERR_OVERLOADED] = {503, "server_error", "overloaded"},
	[ERR_TIMEOUT] = {504, "server_error", "timeout"},
	[ERR_GONE] = {499, "server_error", NULL},
};
_Static_assert(ARRAY_LEN(faces) == ERR_KINDS, "every kind of error has a face");

int error_status(enum err_kind kind)
{
	return faces[kind].status;
}

const char *error_code(enum err_kind kind)
{
	return faces[kind].code;
}

static void add_string_or_null(cJSON *o, const char *name, const char *value)
{
	if (value != NULL)
		cJSON_AddStringToObject(o, name, value);
	else
		cJSON_AddNullToObject(o, name);
}

void error_add_members(cJSON *o, const struct err *err)
{
	cJSON_AddStringToObject(o, "message", err->message);
	add_string_or_null(o, "param", err->param[0] != '\0' ? err->param : NULL);
	add_string_or_null(o, "code", faces[err->kind].code);
}

cJSON *error_object(const struct err *err)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddStringToObject(o, "type", faces[err->kind].type);
	error_add_members(o, err);
	return o;
}

int error_json(struct buf *out, const struct err *err)
{
	CLEANUP_JSON cJSON *o = cJSON_CreateObject();

	cJSON_AddItemToObject(o, "error", error_object(err));
	return json_print(out, o);
}
