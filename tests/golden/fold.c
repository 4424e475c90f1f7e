#include "golden/fold.h"

#include <string.h>

#include "support/check.h"

/* Puts `more` behind the string member, which may be absent or null until then. */
static void append(cJSON *object, const char *member, const char *more)
{
	const char *before = json_get_string(object, member);
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 16);

	buf_printf(&text, "%s%s", before != NULL ? before : "", more);
	cJSON_DeleteItemFromObjectCaseSensitive(object, member);
	cJSON_AddStringToObject(object, member, buf_str(&text));
}

static void put(cJSON *object, const char *member, const cJSON *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, member);
	cJSON_AddItemToObject(object, member, cJSON_Duplicate(value, true));
}

static void add_call(cJSON *message, const cJSON *piece)
{
	cJSON *calls = cJSON_GetObjectItemCaseSensitive(message, "tool_calls");
	int index = (int)json_get_number(piece, "index");
	const char *arguments = json_get_string(json_get(piece, "function"), "arguments");
	cJSON *call;

	if (calls == NULL)
		calls = cJSON_AddArrayToObject(message, "tool_calls");
	if (index == cJSON_GetArraySize(calls)) {
		call = cJSON_Duplicate(piece, true);
		cJSON_DeleteItemFromObjectCaseSensitive(call, "index");
		cJSON_AddItemToArray(calls, call);
		return;
	}
	call = cJSON_GetArrayItem(calls, index);
	check(call != NULL, "a piece of call %d, which did not begin", index);
	check(json_get(piece, "id") == NULL, "call %d begins again", index);
	append(cJSON_GetObjectItemCaseSensitive(call, "function"), "arguments", arguments);
}

static void add_delta(cJSON *message, const cJSON *delta)
{
	const cJSON *member, *call;

	cJSON_ArrayForEach(member, delta)
	{
		if (cJSON_IsArray(member))
			cJSON_ArrayForEach(call, member) add_call(message, call);
		else if (cJSON_IsString(member))
			append(message, member->string, member->valuestring);
		else
			put(message, member->string, member);
	}
}

cJSON *fold_chat(const cJSON *frames)
{
	cJSON *folded = cJSON_CreateObject();
	cJSON *message = cJSON_AddObjectToObject(folded, "message");
	const cJSON *frame;

	cJSON_ArrayForEach(frame, frames)
	{
		const cJSON *choice = cJSON_GetArrayItem(json_get(frame, "choices"), 0);

		add_delta(message, json_get(choice, "delta"));
		if (json_get(choice, "finish_reason") != NULL)
			put(folded, "finish_reason", json_get(choice, "finish_reason"));
		if (json_get(frame, "usage") != NULL)
			put(folded, "usage", json_get(frame, "usage"));
	}
	return folded;
}

static cJSON *last_of(const cJSON *object, const char *member)
{
	const cJSON *list = json_get(object, member);

	return cJSON_GetArrayItem(list, cJSON_GetArraySize(list) - 1);
}

static void add_part(cJSON *item, const char *list, const cJSON *part)
{
	cJSON_AddItemToArray(
		cJSON_GetObjectItemCaseSensitive(item, list), cJSON_Duplicate(part, true));
}

/* What is known only at the end: whether the item was cut short, and the seal. */
static void check_done(const cJSON *folded, const cJSON *done)
{
	CLEANUP_JSON cJSON *item = cJSON_Duplicate(done, true);

	put(item, "status", json_get(folded, "status"));
	cJSON_DeleteItemFromObjectCaseSensitive(item, "encrypted_content");
	check_json("an item, by its events", folded, item);
}

static void add_event(cJSON *output, const cJSON *ev)
{
	const char *type = json_get_string(ev, "type") + strlen("response.");
	const char *delta = json_get_string(ev, "delta");
	int index = (int)json_get_number(ev, "output_index");
	cJSON *item = cJSON_GetArrayItem(output, index);

	if (strcmp(type, "output_item.added") == 0) {
		assert_int_equal(index, cJSON_GetArraySize(output));
		cJSON_AddItemToArray(output, cJSON_Duplicate(json_get(ev, "item"), true));
	} else if (strcmp(type, "content_part.added") == 0) {
		add_part(item, "content", json_get(ev, "part"));
	} else if (strcmp(type, "reasoning_summary_part.added") == 0) {
		add_part(item, "summary", json_get(ev, "part"));
	} else if (strcmp(type, "output_text.delta") == 0) {
		append(last_of(item, "content"), "text", delta);
	} else if (strcmp(type, "refusal.delta") == 0) {
		append(last_of(item, "content"), "refusal", delta);
	} else if (strcmp(type, "reasoning_summary_text.delta") == 0) {
		append(last_of(item, "summary"), "text", delta);
	} else if (strcmp(type, "function_call_arguments.delta") == 0) {
		append(item, "arguments", delta);
	} else if (strcmp(type, "output_item.done") == 0) {
		check_done(item, json_get(ev, "item"));
		cJSON_ReplaceItemInArray(
			output, index, cJSON_Duplicate(json_get(ev, "item"), true));
	} else {
		check(delta == NULL, "a delta that nobody adds up: %s", type);
	}
}

cJSON *fold_responses(const cJSON *frames)
{
	cJSON *output = cJSON_CreateArray();
	const cJSON *ev;

	cJSON_ArrayForEach(ev, frames) add_event(output, ev);
	return output;
}
