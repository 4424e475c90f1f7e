#include "wire/wire.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

void wire_out_finish(struct wire_out *o)
{
	answer_finish(&o->answer);
}

static bool is_set(const cJSON *v)
{
	return !cJSON_IsFalse(v);
}

static bool is_filled(const cJSON *v)
{
	return cJSON_GetArraySize(v) > 0 || cJSON_IsString(v);
}

static bool is_above_one(const cJSON *v)
{
	return !cJSON_IsNumber(v) || v->valuedouble > 1;
}

static bool names_audio(const cJSON *v)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, v)
	{
		if (cJSON_IsString(item) && strcmp(item->valuestring, "text") != 0)
			return true;
	}
	return false;
}

static bool is_no_text_format(const cJSON *v)
{
	const char *type = json_get_string(v, "type");

	return type != NULL && strcmp(type, "text") != 0;
}

static bool has_no_text_format(const cJSON *v)
{
	return is_no_text_format(json_get(v, "format"));
}

/* Parameters without which the answer would be another one: refused, never dropped. */
static const struct refusal {
	const char *name;
	bool (*applies)(const cJSON *value);
} refusals[] = {
	{"n", is_above_one},
	{"logprobs", is_set},
	{"audio", is_set},
	{"modalities", names_audio},
	{"stop", is_filled},
	{"functions", is_filled},
	{"response_format", is_no_text_format},
	{"text", has_no_text_format},
	{"background", is_set},
	{"conversation", is_set},
	{"previous_response_id", is_set},
	{"prompt", is_set},
};

static int refuse(const char *param, struct err *err)
{
	return err_param(err, ERR_UNSUPPORTED, param,
		"Unsupported parameter: '%s' is not supported here.", param);
}

/* A client that sends tools but forbids their use loses nothing. */
static bool wants_tools(const cJSON *body)
{
	const char *choice = json_get_string(body, "tool_choice");

	return is_filled(json_get(body, "tools")) &&
	       (choice == NULL || strcmp(choice, "none") != 0);
}

static int check_type(const cJSON *body, const char *name, bool (*is)(const cJSON *),
	const char *what, struct err *err)
{
	const cJSON *v = json_get(body, name);

	if (v != NULL && !is(v))
		return err_param(err, ERR_INVALID, name, "'%s' must be %s.", name, what);
	return 0;
}

static bool is_string(const cJSON *v)
{
	return cJSON_IsString(v);
}

static bool is_bool(const cJSON *v)
{
	return cJSON_IsBool(v);
}

int wire_parse_common(struct request *req, const cJSON *body, struct err *err)
{
	const char *model = json_get_string(body, "model");

	if (check_type(body, "model", is_string, "a string", err) < 0 ||
		check_type(body, "stream", is_bool, "true or false", err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		const cJSON *v = json_get(body, refusals[i].name);

		if (v != NULL && refusals[i].applies(v))
			return refuse(refusals[i].name, err);
	}
	if (wants_tools(body))
		return refuse("tools", err);
	req->model = mem_strdup(model != NULL ? model : "");
	req->stream = json_get_true(body, "stream");
	return 0;
}

/* The text of a part, NULL with err when it is none. */
static const char *part_text(const cJSON *part, const char *at, struct err *err)
{
	static const struct {
		const char *type;
		const char *member;
	} texts[] = {
		{"text", "text"},
		{"input_text", "text"},
		{"output_text", "text"},
		{"refusal", "refusal"},
	};
	const char *type = json_get_string(part, "type");

	if (type == NULL) {
		err_param(err, ERR_INVALID, at, "'%s' must be an object with a 'type'.", at);
		return NULL;
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *text;

		if (strcmp(type, texts[i].type) != 0)
			continue;
		text = json_get_string(part, texts[i].member);
		if (text == NULL)
			err_param(err, ERR_INVALID, at, "'%s.%s' must be a string.", at,
				texts[i].member);
		return text;
	}
	err_param(err, ERR_INVALID, at, "'%s' is no text: only text parts are supported.", at);
	return NULL;
}

static int add_text(struct request *req, struct turn *t, const char *text, struct err *err)
{
	if (t == NULL)
		return request_add_system(req, text, err);
	turn_add_text(t, text);
	return 0;
}

int wire_parse_content(
	struct request *req, struct turn *t, const cJSON *content, const char *at, struct err *err)
{
	const cJSON *part;
	size_t i = 0;

	if (content == NULL || cJSON_IsNull(content))
		return 0;
	if (cJSON_IsString(content))
		return add_text(req, t, content->valuestring, err);
	if (!cJSON_IsArray(content))
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a string or an array of parts.", at);
	cJSON_ArrayForEach(part, content)
	{
		char name[sizeof(err->param)];
		const char *text;

		snprintf(name, sizeof(name), "%s[%zu]", at, i++);
		text = part_text(part, name, err);
		if (text == NULL || add_text(req, t, text, err) < 0)
			return -1;
	}
	return 0;
}
