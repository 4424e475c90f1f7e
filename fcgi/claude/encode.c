#include "claude/encode.h"

#include <stdio.h>

#include "base/json.h"

static int write_line(struct buf *out, const cJSON *message)
{
	return json_print(out, message) < 0 ? -1 : buf_puts(out, "\n");
}

/* A control request; its members are added to the returned object. */
static cJSON *add_control(cJSON *message, const char *id, const char *subtype)
{
	cJSON *request;

	cJSON_AddStringToObject(message, "type", "control_request");
	cJSON_AddStringToObject(message, "request_id", id);
	request = cJSON_AddObjectToObject(message, "request");
	cJSON_AddStringToObject(request, "subtype", subtype);
	return request;
}

int encode_initialize(struct buf *out, const char *system)
{
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();
	cJSON *request = add_control(message, "init", "initialize");

	/* An empty array, not an absent one: the CLI's own prompt must not take its place. */
	cJSON *prompt = cJSON_AddArrayToObject(request, "systemPrompt");

	if (system[0] != '\0')
		cJSON_AddItemToArray(prompt, cJSON_CreateStringReference(system));
	return write_line(out, message);
}

static int write_set_model(struct buf *out, const char *model)
{
	CLEANUP_JSON cJSON *message = cJSON_CreateObject();

	cJSON_AddStringToObject(add_control(message, "model", "set_model"), "model", model);
	return write_line(out, message);
}

static cJSON *text_blocks(const struct turn *t)
{
	cJSON *blocks = cJSON_CreateArray();

	for (size_t i = 0; i < t->n_texts; i++) {
		cJSON *block = cJSON_CreateObject();

		cJSON_AddStringToObject(block, "type", "text");
		cJSON_AddItemToObject(block, "text", cJSON_CreateStringReference(t->texts[i]));
		cJSON_AddItemToArray(blocks, block);
	}
	return blocks;
}

static int write_user(struct buf *out, const struct turn *t, bool query)
{
	CLEANUP_JSON cJSON *line = cJSON_CreateObject();
	cJSON *message;

	cJSON_AddStringToObject(line, "type", "user");
	message = cJSON_AddObjectToObject(line, "message");
	cJSON_AddStringToObject(message, "role", "user");
	cJSON_AddItemToObject(message, "content", text_blocks(t));
	cJSON_AddNullToObject(line, "parent_tool_use_id");
	cJSON_AddStringToObject(line, "session_id", "");
	cJSON_AddTrueToObject(line, "client_composed");
	if (!query)
		cJSON_AddFalseToObject(line, "shouldQuery");
	return write_line(out, line);
}

/* The CLI wants a whole API message; only its content reaches the model again. */
static int write_assistant(struct buf *out, const struct turn *t, size_t number)
{
	CLEANUP_JSON cJSON *line = cJSON_CreateObject();
	cJSON *message, *usage;
	char id[32];

	snprintf(id, sizeof(id), "msg_h%zu", number);
	cJSON_AddStringToObject(line, "type", "assistant");
	message = cJSON_AddObjectToObject(line, "message");
	cJSON_AddStringToObject(message, "id", id);
	cJSON_AddStringToObject(message, "type", "message");
	cJSON_AddStringToObject(message, "role", "assistant");
	cJSON_AddStringToObject(message, "model", "claude");
	cJSON_AddItemToObject(message, "content", text_blocks(t));
	cJSON_AddStringToObject(message, "stop_reason", "end_turn");
	cJSON_AddNullToObject(message, "stop_sequence");
	usage = cJSON_AddObjectToObject(message, "usage");
	cJSON_AddNumberToObject(usage, "input_tokens", 1);
	cJSON_AddNumberToObject(usage, "output_tokens", 1);
	cJSON_AddNullToObject(line, "parent_tool_use_id");
	cJSON_AddStringToObject(line, "session_id", "");
	return write_line(out, line);
}

bool replay_done(const struct replay *r)
{
	return r->greeted && r->next == r->request->n_turns;
}

int replay_next(struct replay *r, unsigned acks, struct buf *out)
{
	if (!r->greeted) {
		if (encode_initialize(out, buf_str(&r->request->system)) < 0)
			return -1;
		if (r->model != NULL && write_set_model(out, r->model) < 0)
			return -1;
		r->greeted = true;
	}
	while (acks == r->asked && !replay_done(r)) {
		const struct turn *t = &r->request->turns[r->next];
		bool last = ++r->next == r->request->n_turns;

		if (t->role == ROLE_ASSISTANT) {
			if (write_assistant(out, t, r->next) < 0)
				return -1;
			continue;
		}
		if (write_user(out, t, last) < 0)
			return -1;
		if (!last)
			r->asked++;
	}
	return 0;
}
