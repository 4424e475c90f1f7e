#include "wire/responses_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/chat.h"
#include "wire/content.h"
#include "wire/member.h"
#include "wire/responses.h"
#include "wire/tool_parse.h"

#define TEXT_MAX ((size_t)1 << 28)

int item_leave_out(const struct item *it, struct err *err)
{
	(void)err;
	ignored_add_member(&it->req->ignored, it->list, it->type);
	it->req->left_out = true;
	return 0;
}

static bool has_id(const struct item *it, const char *id)
{
	if (id != NULL && id[0] != '\0')
		return true;
	item_leave_out(it, NULL);
	return false;
}

int item_add_call(const struct item *it, const char *id, const char *name, const cJSON *arguments,
	struct err *err)
{
	struct tool_call call = {.id = id, .name = name, .arguments = arguments};
	struct turn *t;

	if (!has_id(it, id))
		return 0;
	t = request_add_turn(it->req, ROLE_ASSISTANT);
	if (tool_parse_call(it->req, t, &call, it->at, err) < 0)
		return -1;
	t->parts[t->n_parts - 1].item = it->type;
	return 0;
}

struct part *item_add_result(const struct item *it, const char *id)
{
	struct part *result;

	if (!has_id(it, id))
		return NULL;
	result = turn_add(request_add_turn(it->req, ROLE_USER), PART_RESULT);
	result->id = mem_strdup(id);
	result->item = it->type;
	return result;
}

cJSON *item_wrap(const char *member, const cJSON *value)
{
	cJSON *o = cJSON_CreateObject();

	if (value != NULL)
		cJSON_AddItemToObject(o, member, cJSON_Duplicate(value, true));
	return o;
}

static int parse_message(const struct item *it, struct err *err)
{
	return chat_parse_message(it->req, it->o, it->at, err);
}

static int parse_call(const struct item *it, const char *arguments, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	struct tool_call call = {
		.arguments = json_get(it->o, arguments),
		.custom = strcmp(arguments, "input") == 0,
	};

	if (member_id(it->o, "call_id", it->at, &id, err) < 0 ||
		member_string(it->o, "namespace", it->at, &call.space, err) < 0 ||
		member_string(it->o, "name", it->at, &call.name, err) < 0)
		return -1;
	call.id = id;
	return tool_parse_call(
		it->req, request_add_turn(it->req, ROLE_ASSISTANT), &call, it->at, err);
}

static int parse_function_call(const struct item *it, struct err *err)
{
	return parse_call(it, "arguments", err);
}

static int parse_custom_call(const struct item *it, struct err *err)
{
	return parse_call(it, "input", err);
}

/* Adds what a tool says without having been called: its output has a name and no id. */
static int parse_news(const struct item *it, struct err *err)
{
	CLEANUP_BUF struct buf head = BUF_INIT(TEXT_MAX);
	char at[MEMBER_AT_SIZE];
	const char *name;
	struct turn *t;

	if (member_string(it->o, "name", it->at, &name, err) < 0)
		return -1;
	buf_printf(&head, "Output of %s:\n", name);
	t = request_add_turn(it->req, ROLE_USER);
	turn_add_text(t, buf_str(&head));
	member_at(at, it->at, "output");
	return content_parse(it->req, t, json_get(it->o, "output"), at, err);
}

static int parse_output(const struct item *it, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	char name[MEMBER_AT_SIZE];
	struct part *result;

	if (member_id(it->o, "call_id", it->at, &id, err) < 0)
		return -1;
	if (id == NULL && json_get(it->o, "name") != NULL)
		return parse_news(it, err);
	result = tool_parse_result(request_add_turn(it->req, ROLE_USER), id, it->at, err);
	if (result == NULL)
		return -1;
	member_at(name, it->at, "output");
	return content_parse_result(result, json_get(it->o, "output"), name, err);
}

/* Thinking that another server sealed is left out: the text has its result. */
static int parse_reasoning(const struct item *it, struct err *err)
{
	CLEANUP_JSON cJSON *thinking = NULL;
	const char *sealed;
	struct part *p;

	if (member_string(it->o, "encrypted_content", it->at, &sealed, err) < 0)
		return -1;
	thinking = sealed != NULL ? responses_unseal(sealed) : NULL;
	if (thinking == NULL)
		return 0;
	p = turn_add(request_add_turn(it->req, ROLE_ASSISTANT), PART_THINKING);
	p->text = mem_strdup(json_get_string(thinking, "thinking"));
	p->signature = mem_strdup(json_get_string(thinking, "signature"));
	return 0;
}

/* Nothing is stored, so a reference is refused, but for one to reasoning, which is not missed. */
static int parse_reference(const struct item *it, struct err *err)
{
	const char *id;

	if (member_string(it->o, "id", it->at, &id, err) < 0)
		return -1;
	if (id != NULL && strncmp(id, "rs_", 3) == 0)
		return 0;
	return err_param(err, ERR_UNSUPPORTED, it->at,
		"'%s' refers to a stored item, and nothing is stored here: send store:false, so that your client sends the items themselves.",
		it->at);
}

/*
 * A copy of the content in which an empty text, which adds nothing, stands for each part that is
 * encrypted: OpenAI alone can read it. *lost is how many there were.
 */
static cJSON *without_encrypted(const cJSON *content, int *lost)
{
	cJSON *copy = cJSON_Duplicate(content, true), *part;

	*lost = 0;
	cJSON_ArrayForEach(part, copy)
	{
		const char *type = json_get_string(part, "type");

		if (type == NULL || strcmp(type, "encrypted_content") != 0)
			continue;
		++*lost;
		cJSON_DeleteItemFromObjectCaseSensitive(part, "type");
		cJSON_AddStringToObject(part, "type", "text");
		cJSON_AddStringToObject(part, "text", "");
	}
	return copy;
}

/* Adds what one of Codex' agents tells another. */
static int parse_agent_message(const struct item *it, struct err *err)
{
	CLEANUP_BUF struct buf head = BUF_INIT(TEXT_MAX);
	CLEANUP_JSON cJSON *content = NULL;
	const char *author, *recipient;
	char name[MEMBER_AT_SIZE];
	struct turn *t;
	bool silent;
	int lost;

	if (member_string(it->o, "author", it->at, &author, err) < 0 ||
		member_string(it->o, "recipient", it->at, &recipient, err) < 0)
		return -1;
	content = without_encrypted(json_get(it->o, "content"), &lost);
	silent = lost == cJSON_GetArraySize(content) && !cJSON_IsString(content);
	if (silent || lost > 0)
		item_leave_out(it, err);
	if (silent)
		return 0;
	buf_printf(&head, "Message from %s to %s:\n", author != NULL ? author : "an agent",
		recipient != NULL ? recipient : "you");
	t = request_add_turn(it->req, ROLE_USER);
	turn_add_text(t, buf_str(&head));
	member_at(name, it->at, "content");
	return content_parse(it->req, t, content, name, err);
}

/* An update holds for all answers after it. As only one is to come, its place does not matter. */
static int parse_update(const struct item *it, struct err *err)
{
	char reasoning_at[MEMBER_AT_SIZE], text_at[MEMBER_AT_SIZE], name[MEMBER_AT_SIZE];
	const cJSON *reasoning, *text;

	if (member_object(it->o, "reasoning", it->at, &reasoning, err) < 0 ||
		member_object(it->o, "text", it->at, &text, err) < 0)
		return -1;
	member_at(reasoning_at, it->at, "reasoning");
	member_at(name, reasoning_at, "effort");
	if (params_parse_effort(json_get(reasoning, "effort"), name, &it->req->effort, err) < 0)
		return -1;
	if (json_get(text, "format") == NULL)
		return 0;
	member_at(text_at, it->at, "text");
	member_at(name, text_at, "format");
	free(mem_steal(&it->req->schema));
	if (params_parse_format(it->req, json_get(text, "format"), name, err) < 0)
		return -1;
	it->req->schema_param = it->list;
	return 0;
}

/* The item is a part without its message, or a message that has the type of its content. */
static int parse_part(const struct item *it, struct err *err)
{
	if (json_get(it->o, "role") != NULL)
		return parse_message(it, err);
	return content_parse_part(
		it->req, request_add_turn(it->req, ROLE_USER), it->o, it->at, err);
}

/*
 * A search for tools that the client runs is a call. One that OpenAI ran, without id, is left out.
 */
static int parse_search(const struct item *it, struct err *err)
{
	CLEANUP_FREE char *id = NULL;

	if (member_id(it->o, "call_id", it->at, &id, err) < 0)
		return -1;
	return item_add_call(it, id, TOOL_SEARCH_NAME, json_get(it->o, "arguments"), err);
}

/* parse_item_tools has declared the tools; here the model is told which ones its search found. */
static int parse_search_output(const struct item *it, struct err *err)
{
	CLEANUP_FREE char *id = NULL, *text = NULL;
	struct part *result;

	if (member_id(it->o, "call_id", it->at, &id, err) < 0)
		return -1;
	if (id == NULL)
		return 0;
	result = item_add_result(it, id);
	text = member_text(json_get(it->o, "tools"));
	if (result != NULL)
		part_add(result, PART_TEXT)->text = mem_strdup(text != NULL ? text : "[]");
	return 0;
}

/* parse_item_tools has declared the tools that are all of the item. */
static int pass_over(const struct item *it, struct err *err)
{
	(void)it;
	(void)err;
	return 0;
}

static const struct item_type types[] = {
	{"message", parse_message},
	{"function_call", parse_function_call},
	{"function_call_output", parse_output},
	{"custom_tool_call", parse_custom_call},
	{"custom_tool_call_output", parse_output},
	{"tool_search_call", parse_search},
	{"tool_search_output", parse_search_output},
	{"additional_tools", pass_over},
	{"agent_message", parse_agent_message},
	{"configuration_update", parse_update},
	{"compaction", item_leave_out},
	{"compaction_trigger", item_leave_out},
	{"reasoning", parse_reasoning},
	{"item_reference", parse_reference},
	{"input_text", parse_part},
	{"input_image", parse_part},
	{"input_file", parse_part},
	{"text", parse_part},
	{"image_url", parse_part},
	{"file", parse_part},
	{"image", parse_part},
	{"document", parse_part},
};

static const struct item_type *find_type(const char *type)
{
	const struct {
		const struct item_type *list;
		size_t n;
	} tables[] = {
		{types, ARRAY_LEN(types)},
		{responses_local, responses_n_local},
		{responses_hosted, responses_n_hosted},
	};

	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		for (size_t k = 0; k < tables[i].n; k++)
			if (strcmp(tables[i].list[k].type, type) == 0)
				return &tables[i].list[k];
	return NULL;
}

/* Whether an item without a type is a reference, and not a message. */
static bool is_reference(const cJSON *o)
{
	return json_get(o, "role") == NULL && json_get(o, "content") == NULL &&
	       json_get(o, "id") != NULL;
}

bool responses_is_item(const cJSON *o)
{
	const char *type = json_get_string(o, "type");
	const struct item_type *known = type != NULL ? find_type(type) : NULL;

	if (known == NULL || known->parse == parse_part)
		return type != NULL && json_get(o, "role") == NULL;
	return known->parse != parse_message;
}

int responses_parse_item(struct item *it, struct err *err)
{
	const struct item_type *known;

	if (!cJSON_IsObject(it->o))
		return err_param(err, ERR_INVALID, it->at, "'%s' must be an object.", it->at);
	if (member_string(it->o, "type", it->at, &it->type, err) < 0)
		return -1;
	if (it->type == NULL)
		it->type = is_reference(it->o) ? "item_reference" : "message";
	known = find_type(it->type);
	if (known == NULL)
		return item_leave_out(it, err);
	it->type = known->type;
	return known->parse(it, err);
}

/* Calls `parse` for each item; does nothing if `items` is no array. */
static int for_each(struct request *req, const char *list, const cJSON *items,
	int (*parse)(struct item *it, struct err *err), struct err *err)
{
	struct item it = {.req = req, .list = list};
	size_t i = 0;

	if (!cJSON_IsArray(items))
		return 0;
	cJSON_ArrayForEach(it.o, items)
	{
		char at[32];

		snprintf(at, sizeof(at), "%.8s[%zu]", list, i++);
		it.at = at;
		if (parse(&it, err) < 0)
			return -1;
	}
	return 0;
}

static int parse_item_tools(struct item *it, struct err *err)
{
	const char *type = json_get_string(it->o, "type");

	if (type == NULL ||
		(strcmp(type, "additional_tools") != 0 && strcmp(type, "tool_search_output") != 0))
		return 0;
	return tool_parse_list(it->req, it->o, it->at, err);
}

/* The choice is read last, because it may name a tool that an item declares. */
int responses_parse_tools(struct request *req, const cJSON *body, const char *list, struct err *err)
{
	int result;

	if (tool_parse_list(req, body, "", err) < 0)
		return -1;
	req->tools.again = true;
	result = for_each(req, list, json_get(body, list), parse_item_tools, err);
	req->tools.again = false;
	return result < 0 ? -1 : tool_parse_choice(req, body, err);
}

int responses_parse_input(struct request *req, const cJSON *input, struct err *err)
{
	if (cJSON_IsString(input)) {
		turn_add_text(request_add_turn(req, ROLE_USER), input->valuestring);
		return 0;
	}
	if (!cJSON_IsArray(input))
		return err_param(err, ERR_INVALID, "input",
			"'input' must be a string or an array of items.");
	return for_each(req, "input", input, responses_parse_item, err);
}
