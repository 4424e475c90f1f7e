#include "support/recall.h"

#include <string.h>

#include "support/check.h"
#include "support/drive.h"

#define OBJECT_MAX ((size_t)1 << 20)

static const unsigned char secret[FINGERPRINT_SIZE] = "a secret of the proxy's";
static const unsigned char owner[FINGERPRINT_SIZE] = "the hash of a key";

const struct fingerprint_of recall_of = {.secret = secret, .owner = owner, .model = "opus"};

static void read_body(struct request *req, const struct wire *wire, const cJSON *body)
{
	struct err err = {0};

	request_init(req);
	check(wire->parse(req, body, &err) == 0, "%s: %s", wire->name, err.message);
}

static void add(struct answer *a, struct event ev)
{
	struct err err = {0};

	check(answer_add(a, &ev, &err) == 0, "%s", err.message);
}

static enum event_kind text_kind(enum block_kind kind)
{
	if (kind == BLOCK_TEXT)
		return EVENT_TEXT;
	return kind == BLOCK_CALL ? EVENT_ARGS : EVENT_THINK;
}

static void add_block(struct answer *a, const struct tools *tools, const struct said *said)
{
	CLEANUP_FREE char *text =
		said->kind == BLOCK_CALL ? json_quote(said->text) : mem_strdup(said->text);
	struct event open = {.kind = EVENT_OPEN, .block = said->kind};

	if (said->kind == BLOCK_CALL) {
		open.tool = tools_find(tools, NULL, said->tool);
		open.call_id = said->id;
		check(open.tool != NULL, "the test's own request has no tool %s", said->tool);
	}
	add(a, open);
	add(a, (struct event){.kind = text_kind(said->kind), .text = text});
	if (said->signature != NULL)
		add(a, (struct event){.kind = EVENT_SIGN, .text = said->signature});
	add(a, (struct event){.kind = EVENT_CLOSE});
}

static void fold(struct answer *a, const struct tools *tools, const struct said *said)
{
	add(a, (struct event){.kind = EVENT_START, .model = "m1"});
	for (; said->text != NULL; said++)
		add_block(a, tools, said);
	add(a, (struct event){
		       .kind = EVENT_STOP,
		       .stop = answer_count(a, BLOCK_CALL) > 0 ? STOP_CALLS : STOP_END,
	       });
}

struct fingerprint recall_answered(
	const struct wire *wire, const cJSON *body, const struct said *said)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP(answer_finish) struct answer a = {0};
	struct fingerprint f = {0};

	read_body(&req, wire, body);
	fold(&a, &req.tools, said);
	fingerprint_answered(&f, &recall_of, &req, &a);
	return f;
}

bool recall_seen(struct fingerprint *f, const struct wire *wire, const cJSON *body)
{
	CLEANUP(request_finish) struct request req;

	read_body(&req, wire, body);
	return fingerprint_seen(f, &recall_of, &req);
}

/* The answer as the format writes it whole: the message, or a list of items. */
static cJSON *write_answer(const struct wire *wire, const cJSON *body, const struct said *said)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf text = BUF_INIT(OBJECT_MAX);
	CLEANUP_JSON cJSON *object = NULL;
	struct wire_out o;

	read_body(&req, wire, body);
	o = drive_begin(&req);
	fold(&o.answer, &req.tools, said);
	assert_int_equal(wire->object(&o, &text), 0);
	wire_out_finish(&o);
	object = cJSON_Parse(buf_str(&text));
	if (wire == &wire_responses)
		return cJSON_DetachItemFromObject(object, "output");
	return cJSON_DetachItemFromObject(
		cJSON_GetArrayItem(json_get(object, "choices"), 0), "message");
}

cJSON *recall_turns(const cJSON *body)
{
	cJSON *messages = cJSON_GetObjectItemCaseSensitive(body, "messages");

	return messages != NULL ? messages : cJSON_GetObjectItemCaseSensitive(body, "input");
}

static cJSON *add_object(cJSON *list, const char *member, const char *value)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddItemToArray(list, o);
	cJSON_AddStringToObject(o, member, value);
	return o;
}

static void add_results_of_message(cJSON *turns, const cJSON *message, const char *text)
{
	const cJSON *call;

	cJSON_ArrayForEach(call, json_get(message, "tool_calls"))
	{
		cJSON *result = add_object(turns, "role", "tool");

		cJSON_AddStringToObject(result, "tool_call_id", json_get_string(call, "id"));
		cJSON_AddStringToObject(result, "content", text);
	}
}

static void add_results_of_items(cJSON *turns, const cJSON *items, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, items)
	{
		const char *type = json_get_string(item, "type");
		cJSON *result;

		if (json_get(item, "call_id") == NULL)
			continue;
		if (strcmp(type, "tool_search_call") == 0) {
			result = add_object(turns, "type", "tool_search_output");
			cJSON_AddStringToObject(result, "execution", "client");
			cJSON_AddArrayToObject(result, "tools");
		} else {
			bool custom = strcmp(type, "custom_tool_call") == 0;

			result = add_object(turns, "type",
				custom ? "custom_tool_call_output" : "function_call_output");
			cJSON_AddStringToObject(result, "output", text);
		}
		cJSON_AddStringToObject(result, "call_id", json_get_string(item, "call_id"));
	}
}

cJSON *recall_next(
	const struct wire *wire, const cJSON *body, const struct said *said, const char *text)
{
	CLEANUP_JSON cJSON *answer = write_answer(wire, body, said);
	cJSON *next = cJSON_Duplicate(body, true);
	cJSON *turns = recall_turns(next);
	const cJSON *item;
	int before;

	cJSON_ArrayForEach(item, answer)
	{
		if (wire == &wire_responses)
			cJSON_AddItemToArray(turns, cJSON_Duplicate(item, true));
	}
	if (wire == &wire_chat)
		cJSON_AddItemToArray(turns, cJSON_Duplicate(answer, true));
	before = cJSON_GetArraySize(turns);
	if (wire == &wire_chat)
		add_results_of_message(turns, answer, text);
	else
		add_results_of_items(turns, answer, text);
	if (cJSON_GetArraySize(turns) == before)
		cJSON_AddStringToObject(add_object(turns, "role", "user"), "content", text);
	return next;
}

bool recall_goes_on(
	const struct wire *wire, const cJSON *body, const struct said *said, const cJSON *next)
{
	struct fingerprint before = recall_answered(wire, body, said), seen;

	return recall_seen(&seen, wire, next) &&
	       memcmp(before.bytes, seen.bytes, sizeof(seen.bytes)) == 0;
}
