#include "wire/params.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "schema/schema.h"
#include "wire/member.h"

bool param_is_set(const cJSON *v)
{
	return !cJSON_IsFalse(v);
}

bool param_is_filled(const cJSON *v)
{
	return cJSON_GetArraySize(v) > 0 || !(cJSON_IsArray(v) || cJSON_IsObject(v));
}

bool param_is_above_zero(const cJSON *v)
{
	return !cJSON_IsNumber(v) || v->valuedouble > 0;
}

/* A name that stands twice is refused: some readers take the first value, others the last. */
static bool stands_twice(const cJSON *body, const char *name)
{
	const cJSON *v = cJSON_GetObjectItemCaseSensitive(body, name);

	for (v = v != NULL ? v->next : NULL; v != NULL; v = v->next)
		if (strcmp(v->string, name) == 0)
			return true;
	return false;
}

int params_check(
	const struct params *table, struct request *req, const cJSON *body, struct err *err)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct param *p = &table->list[i];
		const cJSON *v = json_get(body, p->name);

		if (stands_twice(body, p->name))
			return err_param(err, ERR_INVALID, p->name,
				"'%s' must not stand twice in the body.", p->name);
		if (v == NULL || p->fate == PARAM_HONOURED ||
			(p->matters != NULL && !p->matters(v)))
			continue;
		if (p->fate == PARAM_REFUSED)
			return err_param(err, ERR_UNSUPPORTED, p->name,
				"Unsupported parameter: '%s' is not supported here.", p->name);
		ignored_add(&req->ignored, p->name);
	}
	return 0;
}

/* Reads a number from 0 to max into *to, which is left alone when the member is absent. */
static int parse_ratio(const cJSON *body, const char *name, double max, double *to, struct err *err)
{
	const cJSON *v = json_get(body, name);

	if (v == NULL)
		return 0;
	if (!cJSON_IsNumber(v) || !(v->valuedouble >= 0) || v->valuedouble > max)
		return err_param(
			err, ERR_INVALID, name, "'%s' must be a number from 0 to %g.", name, max);
	*to = v->valuedouble;
	return 0;
}

int params_parse_common(struct request *req, const cJSON *body, struct err *err)
{
	const char *model;
	bool parallel;

	if (member_string(body, "model", "", &model, err) < 0 ||
		member_bool(body, "stream", "", &req->stream, err) < 0 ||
		member_bool(body, "parallel_tool_calls", "", &parallel, err) < 0 ||
		parse_ratio(body, "temperature", 2, &req->temperature, err) < 0 ||
		parse_ratio(body, "top_p", 1, &req->top_p, err) < 0)
		return -1;
	req->model = mem_strdup(model != NULL ? model : "");
	req->tools.one_call = json_get(body, "parallel_tool_calls") != NULL && !parallel;
	return 0;
}

/* A value of 1 is dropped without a note: the API uses 1 by itself. */
static void drop(struct request *req, double *value, const char *name)
{
	if (*value >= 0 && *value != 1)
		ignored_add(&req->ignored, name);
	*value = -1;
}

void params_settle_sampling(struct request *req)
{
	if (request_thinks(req))
		drop(req, &req->temperature, "temperature");
	if (request_thinks(req) || req->temperature >= 0)
		drop(req, &req->top_p, "top_p");
	/* The API's scale ends at 1, OpenAI's at 2. */
	if (req->temperature > 1)
		req->temperature = 1;
}

int params_parse_count(const cJSON *body, const char *name, unsigned long *n, struct err *err)
{
	const cJSON *v = json_get(body, name);
	double d = cJSON_IsNumber(v) ? v->valuedouble : 0;

	if (v == NULL)
		return 0;
	if (!(d >= 1 && d <= 1e9) || d != (double)(unsigned long)d)
		return err_param(
			err, ERR_INVALID, name, "'%s' must be a whole number of at least 1.", name);
	*n = (unsigned long)d;
	return 0;
}

int params_parse_effort(const cJSON *value, const char *name, enum effort *effort, struct err *err)
{
	static const struct {
		const char *name;
		enum effort effort;
	} efforts[] = {
		{"none", EFFORT_NONE},
		{"minimal", EFFORT_LOW},
		{"low", EFFORT_LOW},
		{"medium", EFFORT_MEDIUM},
		{"high", EFFORT_HIGH},
		{"xhigh", EFFORT_XHIGH},
		{"max", EFFORT_MAX},
	};

	if (value == NULL)
		return 0;
	for (size_t i = 0; cJSON_IsString(value) && i < ARRAY_LEN(efforts); i++)
		if (strcmp(value->valuestring, efforts[i].name) == 0) {
			*effort = efforts[i].effort;
			return 0;
		}
	return err_param(err, ERR_INVALID, name,
		"'%s' must be one of none, minimal, low, medium, high, xhigh, max.", name);
}

static int take_schema(struct request *req, const cJSON *schema, const char *name, struct err *err)
{
	CLEANUP_JSON cJSON *copy = cJSON_Duplicate(schema, true);

	if (schema_reduce(copy, name, &req->ignored, err) < 0)
		return -1;
	req->schema = cJSON_PrintUnformatted(copy);
	return 0;
}

/*
 * Chat has the schema inside `json_schema`, Responses has it beside the type json_schema, and
 * llama.cpp beside the type json_object. Without a schema the answer may be any object.
 */
static int parse_schema(struct request *req, const cJSON *format, const char *name, struct err *err)
{
	const cJSON *holder, *schema;
	char at[MEMBER_AT_SIZE], in_holder[MEMBER_AT_SIZE];

	if (member_object(format, "json_schema", name, &holder, err) < 0)
		return -1;
	member_at(in_holder, name, "json_schema");
	if (holder != NULL) {
		format = holder;
		name = in_holder;
	}
	if (member_object(format, "schema", name, &schema, err) < 0)
		return -1;
	member_at(at, name, "schema");
	if (schema != NULL)
		return take_schema(req, schema, at, err);
	req->schema = mem_strdup("{\"type\":\"object\"}");
	return 0;
}

int params_parse_format(struct request *req, const cJSON *format, const char *name, struct err *err)
{
	const char *type;

	if (format == NULL)
		return 0;
	if (member_string(format, "type", name, &type, err) < 0)
		return -1;
	if (type == NULL)
		return err_param(
			err, ERR_INVALID, name, "'%s' must be an object with a 'type'.", name);
	req->schema_param = name;
	if (strcmp(type, "text") == 0)
		return 0;
	if (strcmp(type, "json_schema") == 0 || strcmp(type, "json_object") == 0)
		return parse_schema(req, format, name, err);
	return err_param(err, ERR_INVALID, name,
		"'%s.type' must be one of text, json_object, json_schema.", name);
}
