#include "claude/encode.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "claude/encode_setup.h"
#include "claude/line.h"
#include "claude/mcp.h"
#include "claude/model.h"

/* The API's limit, in characters. */
#define TITLE_MAX 500

static cJSON *source(const struct part *p)
{
	cJSON *o = cJSON_CreateObject();
	bool plain = p->media_type != NULL && strcmp(p->media_type, PART_PLAIN_TEXT) == 0;
	const char *type = plain ? "text" : "base64";

	cJSON_AddStringToObject(o, "type", p->media_type != NULL ? type : "url");
	if (p->media_type != NULL)
		cJSON_AddStringToObject(o, "media_type", p->media_type);
	cJSON_AddItemToObject(
		o, p->media_type != NULL ? "data" : "url", cJSON_CreateStringReference(p->text));
	return o;
}

/* The API takes no empty title. */
static void add_title(cJSON *block, const char *name)
{
	CLEANUP_FREE char *title = name != NULL ? mem_strdup(name) : NULL;
	size_t n = 0;

	if (title == NULL || title[0] == '\0')
		return;
	for (size_t i = 0; i < TITLE_MAX && title[n] != '\0'; i++)
		n += utf8_char(title + n, strlen(title + n));
	title[n] = '\0';
	cJSON_AddStringToObject(block, "title", title);
}

static cJSON *blocks(const struct part *parts, size_t n, const struct aliases *aliases);

static void fill_call(cJSON *block, const struct part *p, const struct aliases *aliases)
{
	char alias[ALIAS_SIZE], name[ALIAS_SIZE + sizeof(MCP_TOOL_PREFIX)];

	aliases_of(aliases, p->space, p->name, alias);
	snprintf(name, sizeof(name), MCP_TOOL_PREFIX "%s", alias);
	cJSON_AddStringToObject(block, "type", "tool_use");
	cJSON_AddStringToObject(block, "id", p->id);
	cJSON_AddStringToObject(block, "name", name);
	cJSON_AddRawToObject(block, "input", p->text);
}

static void fill_result(cJSON *block, const struct part *p, const struct aliases *aliases)
{
	cJSON_AddStringToObject(block, "type", "tool_result");
	cJSON_AddStringToObject(block, "tool_use_id", p->id);
	cJSON_AddItemToObject(block, "content", blocks(p->parts, p->n_parts, aliases));
}

/* A part as a content block of Anthropic's API. */
static cJSON *content_block(const struct part *p, const struct aliases *aliases)
{
	cJSON *block = cJSON_CreateObject();

	switch (p->kind) {
	case PART_TEXT:
		cJSON_AddStringToObject(block, "type", "text");
		cJSON_AddItemToObject(block, "text", cJSON_CreateStringReference(p->text));
		break;
	case PART_THINKING:
		cJSON_AddStringToObject(block, "type", "thinking");
		cJSON_AddItemToObject(block, "thinking", cJSON_CreateStringReference(p->text));
		cJSON_AddStringToObject(block, "signature", p->signature);
		break;
	case PART_IMAGE:
		cJSON_AddStringToObject(block, "type", "image");
		cJSON_AddItemToObject(block, "source", source(p));
		break;
	case PART_DOCUMENT:
		cJSON_AddStringToObject(block, "type", "document");
		cJSON_AddItemToObject(block, "source", source(p));
		add_title(block, p->name);
		break;
	case PART_CALL:
		fill_call(block, p, aliases);
		break;
	case PART_RESULT:
		fill_result(block, p, aliases);
		break;
	}
	return block;
}

static cJSON *blocks(const struct part *parts, size_t n, const struct aliases *aliases)
{
	cJSON *list = cJSON_CreateArray();

	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(list, content_block(&parts[i], aliases));
	return list;
}

static int write_user(const struct replay *r, const struct turn *t, bool query, struct buf *out)
{
	CLEANUP_JSON cJSON *line = cJSON_CreateObject();
	cJSON *message;

	cJSON_AddStringToObject(line, "type", "user");
	message = cJSON_AddObjectToObject(line, "message");
	cJSON_AddStringToObject(message, "role", "user");
	cJSON_AddItemToObject(message, "content", blocks(t->parts, t->n_parts, r->aliases));
	cJSON_AddNullToObject(line, "parent_tool_use_id");
	cJSON_AddStringToObject(line, "session_id", "");
	cJSON_AddTrueToObject(line, "client_composed");
	if (!query)
		cJSON_AddFalseToObject(line, "shouldQuery");
	return line_write(out, line);
}

/*
 * The CLI wants a whole API message; only its content reaches the model again, and of that
 * thinking only when it is from the model that will answer.
 */
static int write_assistant(const struct replay *r, const struct turn *t, struct buf *out)
{
	const char *speaker = r->speaker;
	CLEANUP_JSON cJSON *line = cJSON_CreateObject();
	cJSON *message, *usage;
	char id[32];

	snprintf(id, sizeof(id), "msg_h%zu", r->next);
	cJSON_AddStringToObject(line, "type", "assistant");
	message = cJSON_AddObjectToObject(line, "message");
	cJSON_AddStringToObject(message, "id", id);
	cJSON_AddStringToObject(message, "type", "message");
	cJSON_AddStringToObject(message, "role", "assistant");
	cJSON_AddStringToObject(
		message, "model", speaker != NULL && speaker[0] != '\0' ? speaker : "claude");
	cJSON_AddItemToObject(message, "content", blocks(t->parts, t->n_parts, r->aliases));
	cJSON_AddStringToObject(message, "stop_reason", "end_turn");
	cJSON_AddNullToObject(message, "stop_sequence");
	usage = cJSON_AddObjectToObject(message, "usage");
	cJSON_AddNumberToObject(usage, "input_tokens", 1);
	cJSON_AddNumberToObject(usage, "output_tokens", 1);
	cJSON_AddNullToObject(line, "parent_tool_use_id");
	cJSON_AddStringToObject(line, "session_id", "");
	return line_write(out, line);
}

bool replay_can_go_on(const struct request *request)
{
	const struct turn *last = &request->turns[request->n_turns - 1];
	size_t results = 0;

	for (size_t i = 0; i < last->n_parts; i++) {
		if (last->parts[i].kind != PART_RESULT)
			continue;
		if (!mcp_takes(&last->parts[i]))
			return false;
		results++;
	}
	return results == 0 || results == last->n_parts;
}

bool replay_done(const struct replay *r)
{
	return r->greeted && r->next == r->request->n_turns;
}

static const char *id_of(const struct replay *r)
{
	return r->model != NULL && model_is_id(r->model) ? r->model : NULL;
}

/* The settings of the turn, unless they are in force already, and the hash that tells them. */
static int write_settings(struct replay *r, struct buf *out)
{
	unsigned char hash[(HANDOFF_HASH_SIZE - 1) / 2];
	CLEANUP_BUF struct buf lines = BUF_INIT(out->max);

	if (encode_settings(&lines, r->request, r->aliases, id_of(r)) < 0)
		return -1;
	crypto_generichash(
		hash, sizeof(hash), (const unsigned char *)lines.data, lines.len, NULL, 0);
	sodium_bin2hex(r->settings, sizeof(r->settings), hash, sizeof(hash));
	if (r->handoff == NULL)
		return encode_first_settings(out, r->request, r->aliases, id_of(r));
	if (strcmp(r->handoff->settings, r->settings) == 0)
		return 0;
	return buf_add(out, lines.data, lines.len);
}

static int greet(struct replay *r, struct buf *out)
{
	if (encode_initialize(out, r->request, r->aliases) < 0)
		return -1;
	if (r->model != NULL && id_of(r) == NULL && encode_set_model(out, r->model) < 0)
		return -1;
	return write_settings(r, out);
}

/* The calls of the turn before the last, in their order, are those that were asked for. */
static const struct mcp_call *find_question(const struct replay *r, const char *id)
{
	const struct turn *calling = &r->request->turns[r->request->n_turns - 2];
	size_t n = 0;

	for (size_t i = 0; i < calling->n_parts; i++) {
		if (calling->parts[i].kind != PART_CALL)
			continue;
		if (strcmp(calling->parts[i].id, id) == 0)
			return n < r->handoff->calls.n ? &r->handoff->calls.list[n] : NULL;
		n++;
	}
	return NULL;
}

static int write_results(struct replay *r, struct buf *out)
{
	const struct turn *last = &r->request->turns[r->request->n_turns - 1];

	for (size_t i = 0; i < last->n_parts; i++) {
		const struct mcp_call *asked = find_question(r, last->parts[i].id);

		if (asked == NULL || mcp_answer_call(out, asked, &last->parts[i]) < 0)
			return -1;
	}
	r->next = r->request->n_turns;
	return 0;
}

static int go_on(struct replay *r, struct buf *out)
{
	r->next = r->request->n_turns - 1;
	if (write_settings(r, out) < 0)
		return -1;
	return r->handoff->calls.n > 0 ? write_results(r, out) : 0;
}

int replay_next(struct replay *r, unsigned acks, struct buf *out)
{
	if (!r->greeted && (r->handoff != NULL ? go_on(r, out) : greet(r, out)) < 0)
		return -1;
	r->greeted = true;
	while (acks == r->asked && !replay_done(r)) {
		const struct turn *t = &r->request->turns[r->next];
		bool last = ++r->next == r->request->n_turns;

		if (t->role == ROLE_ASSISTANT) {
			if (write_assistant(r, t, out) < 0)
				return -1;
			continue;
		}
		if (write_user(r, t, last, out) < 0)
			return -1;
		if (!last)
			r->asked++;
	}
	return 0;
}
