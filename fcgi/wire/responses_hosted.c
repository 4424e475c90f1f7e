#include "wire/responses_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "wire/member.h"
#include "wire/source.h"

#define TEXT_MAX ((size_t)1 << 28)

/* How long a picture in base64 may be: Anthropic's API takes no longer one. */
#define PICTURE_MAX ((size_t)5 << 20)

#define NO_PICTURE "(A picture that cannot be shown here.)"

/* Adds a call and returns its result, to be filled: the item has both. NULL: err. */
static struct part *tell(
	const struct item *it, const char *name, const cJSON *arguments, struct err *err)
{
	if (item_add_call(it, it->at, name, arguments, err) < 0)
		return NULL;
	return item_add_result(it, it->at);
}

static void add_text(struct part *result, const char *text)
{
	part_add(result, PART_TEXT)->text = mem_strdup(text);
}

/* Adds a string as it is, and any other value as JSON. */
static void add_value(struct part *result, const cJSON *value)
{
	CLEANUP_FREE char *text = member_text(value);

	add_text(result, text != NULL ? text : "");
}

/* Any URL but data: is one that OpenAI made for its client, and may lead nowhere by now. */
static void add_picture(struct part *result, const char *url)
{
	struct part picture = {.kind = PART_IMAGE};
	struct err unused;

	if (strncmp(url, "data:", 5) == 0 && strlen(url) <= PICTURE_MAX &&
		source_read(&picture, url, "", &unused) == 0) {
		*part_add(result, picture.kind) = picture;
		return;
	}
	part_finish(&picture);
	add_text(result, NO_PICTURE);
}

static int add_call(const struct item *it, const char *name, const cJSON *arguments,
	const cJSON *value, struct err *err)
{
	struct part *result = tell(it, name, arguments, err);

	if (result == NULL)
		return -1;
	add_value(result, value);
	return 0;
}

/* The item has what was found only if the client asked for it. The answer after it has it. */
static int parse_web_search(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *arguments = NULL;
	const cJSON *action, *sources, *results;
	char name[MEMBER_AT_SIZE];

	member_at(name, it->at, "action");
	if (member_object(it->o, "action", it->at, &action, err) < 0 ||
		member_array(action, "sources", name, &sources, err) < 0 ||
		member_array(it->o, "results", it->at, &results, err) < 0)
		return -1;
	if (sources == NULL && results == NULL)
		return item_leave_out(it, err);
	arguments = cJSON_Duplicate(action, true);
	cJSON_DeleteItemFromObjectCaseSensitive(arguments, "sources");
	return add_call(it, "web_search", arguments, results != NULL ? results : sources, err);
}

static int parse_file_search(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *arguments = NULL;
	const cJSON *queries, *results;

	if (member_array(it->o, "queries", it->at, &queries, err) < 0 ||
		member_array(it->o, "results", it->at, &results, err) < 0)
		return -1;
	if (results == NULL)
		return item_leave_out(it, err);
	arguments = item_wrap("queries", queries);
	return add_call(it, "file_search", arguments, results, err);
}

/* Adds what a program printed (`logs`), or a picture that it drew (`url`). */
static int add_output(struct part *result, const cJSON *output, const char *at, struct err *err)
{
	const char *logs, *url;

	if (!cJSON_IsObject(output))
		return err_param(err, ERR_INVALID, at, "'%s' must be an object.", at);
	if (member_string(output, "logs", at, &logs, err) < 0 ||
		member_string(output, "url", at, &url, err) < 0)
		return -1;
	if (logs != NULL)
		add_text(result, logs);
	if (url != NULL)
		add_picture(result, url);
	return 0;
}

static int add_outputs(
	const struct item *it, struct part *result, const cJSON *outputs, struct err *err)
{
	const cJSON *output;
	size_t i = 0;

	cJSON_ArrayForEach(output, outputs)
	{
		char name[MEMBER_AT_SIZE];

		snprintf(name, sizeof(name), "%s.outputs[%zu]", it->at, i++);
		if (add_output(result, output, name, err) < 0)
			return -1;
	}
	return 0;
}

static int parse_code_interpreter(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *arguments = NULL;
	const cJSON *outputs;
	struct part *result;
	const char *code;

	if (member_string(it->o, "code", it->at, &code, err) < 0 ||
		member_array(it->o, "outputs", it->at, &outputs, err) < 0)
		return -1;
	if (outputs == NULL)
		return item_leave_out(it, err);
	arguments = item_wrap("code", json_get(it->o, "code"));
	result = tell(it, "code_interpreter", arguments, err);
	return result == NULL ? -1 : add_outputs(it, result, outputs, err);
}

static int parse_image_generation(const struct item *it, struct err *err)
{
	CLEANUP_BUF struct buf url = BUF_INIT(TEXT_MAX);
	CLEANUP_JSON cJSON *arguments = NULL;
	const char *prompt, *data;
	const cJSON *failure;
	struct part *result;

	if (member_string(it->o, "revised_prompt", it->at, &prompt, err) < 0 ||
		member_string(it->o, "result", it->at, &data, err) < 0 ||
		member_object(it->o, "error", it->at, &failure, err) < 0)
		return -1;
	if (data == NULL && failure == NULL)
		return item_leave_out(it, err);
	arguments = item_wrap("prompt", json_get(it->o, "revised_prompt"));
	if (data == NULL)
		return add_call(it, "image_generation", arguments, failure, err);
	result = tell(it, "image_generation", arguments, err);
	if (result == NULL)
		return -1;
	/* The type does not matter: source_read goes by the bytes. */
	buf_printf(&url, "data:image/png;base64,%s", data);
	add_picture(result, buf_str(&url));
	return 0;
}

/*
 * Adds a call of an MCP server's tool, under a name that no function of the client's is likely to
 * have, and its result unless `value` is NULL.
 */
static int add_mcp_call(const struct item *it, const char *id, const cJSON *value, struct err *err)
{
	CLEANUP_BUF struct buf full = BUF_INIT(TEXT_MAX);
	const char *server, *name;
	struct part *result;

	if (member_string(it->o, "server_label", it->at, &server, err) < 0 ||
		member_string(it->o, "name", it->at, &name, err) < 0)
		return -1;
	buf_printf(&full, "%s_%s", server != NULL ? server : "mcp", name != NULL ? name : "call");
	if (item_add_call(it, id, buf_str(&full), json_get(it->o, "arguments"), err) < 0)
		return -1;
	if (value == NULL)
		return 0;
	result = item_add_result(it, id);
	if (result != NULL)
		add_value(result, value);
	return 0;
}

static int parse_mcp_call(const struct item *it, struct err *err)
{
	const cJSON *value = json_get(it->o, "output");
	const char *output;

	if (member_string(it->o, "output", it->at, &output, err) < 0)
		return -1;
	if (value == NULL)
		value = json_get(it->o, "error");
	if (value == NULL)
		return item_leave_out(it, err);
	return add_mcp_call(it, it->at, value, err);
}

static int parse_mcp_request(const struct item *it, struct err *err)
{
	CLEANUP_FREE char *id = NULL;

	if (member_id(it->o, "id", it->at, &id, err) < 0)
		return -1;
	return add_mcp_call(it, id, NULL, err);
}

static int parse_mcp_response(const struct item *it, struct err *err)
{
	CLEANUP_BUF struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP_FREE char *id = NULL;
	struct part *result;
	const char *reason;
	bool approve;

	if (member_id(it->o, "approval_request_id", it->at, &id, err) < 0 ||
		member_bool(it->o, "approve", it->at, &approve, err) < 0 ||
		member_string(it->o, "reason", it->at, &reason, err) < 0)
		return -1;
	result = item_add_result(it, id);
	if (result == NULL)
		return 0;
	buf_printf(&text, "The user %s this call%s%s", approve ? "approved" : "did not approve",
		reason != NULL ? ": " : ".", reason != NULL ? reason : "");
	add_text(result, buf_str(&text));
	return 0;
}

const struct item_type responses_hosted[] = {
	{"web_search_call", parse_web_search},
	{"file_search_call", parse_file_search},
	{"code_interpreter_call", parse_code_interpreter},
	{"image_generation_call", parse_image_generation},
	{"mcp_list_tools", item_leave_out},
	{"mcp_approval_request", parse_mcp_request},
	{"mcp_approval_response", parse_mcp_response},
	{"mcp_call", parse_mcp_call},
};
const size_t responses_n_hosted = ARRAY_LEN(responses_hosted);
