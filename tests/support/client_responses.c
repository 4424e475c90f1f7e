#include "support/client.h"

#include <string.h>

#include "support/check.h"

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

	client_put(item, "status", json_get(folded, "status"));
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
		client_append(last_of(item, "content"), "text", delta);
	} else if (strcmp(type, "refusal.delta") == 0) {
		client_append(last_of(item, "content"), "refusal", delta);
	} else if (strcmp(type, "reasoning_summary_text.delta") == 0) {
		client_append(last_of(item, "summary"), "text", delta);
	} else if (strcmp(type, "function_call_arguments.delta") == 0) {
		client_append(item, "arguments", delta);
	} else if (strcmp(type, "output_item.done") == 0) {
		check_done(item, json_get(ev, "item"));
		cJSON_ReplaceItemInArray(
			output, index, cJSON_Duplicate(json_get(ev, "item"), true));
	} else {
		check(delta == NULL, "a delta that nobody adds up: %s", type);
	}
}

/* The output items; each was what its own events add up to. The caller deletes. */
static cJSON *fold(const cJSON *frames)
{
	cJSON *output = cJSON_CreateArray();
	const cJSON *ev;

	cJSON_ArrayForEach(ev, frames) add_event(output, ev);
	return output;
}

/* Events count from 0. */
static void take_numbers(cJSON *frames)
{
	cJSON *frame;
	int n = 0;

	cJSON_ArrayForEach(frame, frames)
	{
		const cJSON *number = json_get(frame, "sequence_number");

		check(cJSON_IsNumber(number) && number->valuedouble == n, "event %d: its number",
			n);
		cJSON_DeleteItemFromObjectCaseSensitive(frame, "sequence_number");
		n++;
	}
}

static void check_fold(const cJSON *frames, cJSON *object)
{
	CLEANUP_JSON cJSON *output = fold(frames);
	const cJSON *last = cJSON_GetArrayItem(frames, cJSON_GetArraySize(frames) - 1);

	check_json("output", output, json_get(object, "output"));
	check_json("last event", json_get(last, "response"), object);
}

static void add(struct client_sum *sum, const char *event, const char *data)
{
	struct err err;
	CLEANUP_JSON cJSON *ev = json_parse(data, strlen(data), &err);
	const char *type = json_get_string(ev, "type");

	check(type != NULL && strcmp(type, event) == 0, "%s: another type: %s", event, data);
	check(json_get_number(ev, "sequence_number") == (double)sum->n, "event %zu: %s", sum->n,
		data);
	if (strcmp(type, "response.output_text.delta") == 0)
		client_add_string(&sum->text, ev, "delta");
	if (strcmp(type, "response.reasoning_summary_text.delta") == 0)
		client_add_string(&sum->thinking, ev, "delta");
	if (strcmp(type, "response.function_call_arguments.delta") == 0)
		client_add_string(&sum->arguments, ev, "delta");
	sum->failed = strcmp(type, "response.failed") == 0;
	sum->ended =
		strcmp(type, "response.completed") == 0 || strcmp(type, "response.incomplete") == 0;
}

static cJSON *take_answer(cJSON *object)
{
	return cJSON_DetachItemFromObject(object, "output");
}

static void add_result(cJSON *turns, const cJSON *call, const char *text)
{
	const char *type = json_get_string(call, "type");
	bool custom = strcmp(type, "custom_tool_call") == 0;
	cJSON *result;

	if (strcmp(type, "tool_search_call") == 0) {
		result = client_add_object(turns, "type", "tool_search_output");
		cJSON_AddStringToObject(result, "execution", "client");
		cJSON_AddArrayToObject(result, "tools");
	} else {
		result = client_add_object(
			turns, "type", custom ? "custom_tool_call_output" : "function_call_output");
		cJSON_AddStringToObject(result, "output", text);
	}
	cJSON_AddStringToObject(result, "call_id", json_get_string(call, "call_id"));
}

static int send_back(cJSON *turns, const cJSON *items, const char *text)
{
	const cJSON *item;
	int results = 0;

	cJSON_ArrayForEach(item, items) cJSON_AddItemToArray(turns, cJSON_Duplicate(item, true));
	cJSON_ArrayForEach(item, items)
	{
		if (json_get(item, "call_id") == NULL)
			continue;
		add_result(turns, item, text);
		results++;
	}
	return results;
}

const struct client client_responses = {
	.name = "responses",
	.named = true,
	.take_numbers = take_numbers,
	.check_fold = check_fold,
	.add = add,
	.mark = "object",
	.turns = "input",
	.body = "{'input':'hi'",
	.conversation = "{'model':'m','instructions':'Be brief.','include':["
			"'reasoning.encrypted_content'],'reasoning':{'summary':'auto'},'tools':[{"
			"'type':'function'," CLIENT_FUNCTION "},{'type':'function','name':'g'},{"
			"'type':'custom','name':'x'}],'input':[{'role':'user','content':[{"
			"'type':'input_text','text':'ab'}]}",
	.take_answer = take_answer,
	.send_back = send_back,
};
