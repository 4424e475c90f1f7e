#include "support/client.h"

#include <string.h>

#include "support/check.h"

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
	client_append(cJSON_GetObjectItemCaseSensitive(call, "function"), "arguments", arguments);
}

static void add_delta(cJSON *message, const cJSON *delta)
{
	const cJSON *member, *call;

	cJSON_ArrayForEach(member, delta)
	{
		if (cJSON_IsArray(member))
			cJSON_ArrayForEach(call, member) add_call(message, call);
		else if (cJSON_IsString(member))
			client_append(message, member->string, member->valuestring);
		else
			client_put(message, member->string, member);
	}
}

/* {message, finish_reason, usage}. The caller deletes. */
static cJSON *fold(const cJSON *frames)
{
	cJSON *folded = cJSON_CreateObject();
	cJSON *message = cJSON_AddObjectToObject(folded, "message");
	const cJSON *frame;

	cJSON_ArrayForEach(frame, frames)
	{
		const cJSON *choice = cJSON_GetArrayItem(json_get(frame, "choices"), 0);

		add_delta(message, json_get(choice, "delta"));
		if (json_get(choice, "finish_reason") != NULL)
			client_put(folded, "finish_reason", json_get(choice, "finish_reason"));
		if (json_get(frame, "usage") != NULL)
			client_put(folded, "usage", json_get(frame, "usage"));
	}
	return folded;
}

static void check_fold(const cJSON *frames, cJSON *object)
{
	CLEANUP_JSON cJSON *folded = fold(frames);
	cJSON *choice = cJSON_GetArrayItem(json_get(object, "choices"), 0);
	cJSON *message = cJSON_GetObjectItemCaseSensitive(choice, "message");

	/* A stream begins with no content before it is known that none will come. */
	if (json_get(message, "content") == NULL)
		cJSON_ReplaceItemInObjectCaseSensitive(message, "content", cJSON_CreateString(""));
	check_json("message", json_get(folded, "message"), message);
	check_json("finish_reason", json_get(folded, "finish_reason"),
		json_get(choice, "finish_reason"));
	check_json("usage", json_get(folded, "usage"), json_get(object, "usage"));
}

static void add_delta_to(struct client_sum *sum, const cJSON *delta)
{
	const cJSON *call = cJSON_GetArrayItem(json_get(delta, "tool_calls"), 0);

	client_add_string(&sum->text, delta, "content");
	client_add_string(&sum->thinking, delta, "reasoning_content");
	if (call == NULL || json_get(call, "id") != NULL)
		return;
	check(cJSON_IsNumber(json_get(call, "index")), "a piece of a call without its index");
	client_add_string(&sum->arguments, json_get(call, "function"), "arguments");
}

static void add(struct client_sum *sum, const char *event, const char *data)
{
	struct err err;
	CLEANUP_JSON cJSON *chunk = json_parse(data, strlen(data), &err);

	check(event[0] == '\0', "an event has a name: %s", event);
	sum->ended = strcmp(data, "[DONE]") == 0;
	sum->failed = json_get(chunk, "error") != NULL;
	check(sum->ended || cJSON_IsObject(chunk), "no object: %s", data);
	add_delta_to(sum, json_get(cJSON_GetArrayItem(json_get(chunk, "choices"), 0), "delta"));
}

static cJSON *take_answer(cJSON *object)
{
	return cJSON_DetachItemFromObject(
		cJSON_GetArrayItem(json_get(object, "choices"), 0), "message");
}

static int send_back(cJSON *turns, const cJSON *message, const char *text)
{
	const cJSON *call;
	int results = 0;

	cJSON_AddItemToArray(turns, cJSON_Duplicate(message, true));
	cJSON_ArrayForEach(call, json_get(message, "tool_calls"))
	{
		cJSON *result = client_add_object(turns, "role", "tool");

		cJSON_AddStringToObject(result, "tool_call_id", json_get_string(call, "id"));
		cJSON_AddStringToObject(result, "content", text);
		results++;
	}
	return results;
}

const struct client client_chat = {
	.name = "chat",
	.check_fold = check_fold,
	.add = add,
	.calls_alike = true,
	.mark = "object",
	.turns = "messages",
	.body = "{'messages':[{'role':'user','content':'hi'}]",
	.conversation = "{'model':'m','tools':[{'type':'function','function':{" CLIENT_FUNCTION
			"}},{'type':'function','function':{'name':'g'}}],'messages':[{"
			"'role':'system','content':'Be brief.'},{'role':'user','content':[{"
			"'type':'text','text':'ab'},{'type':'text','text':'c'},{"
			"'type':'image_url','image_url':{"
			"'url':'data:image/png;base64,iVBORw0KGgo='}}]}",
	.take_answer = take_answer,
	.send_back = send_back,
};
