#include "wire/content.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "wire/attachment.h"
#include "wire/member.h"
#include "wire/tool_parse.h"

/* Where content stands, as a bit. */
enum place { IN_SYSTEM = 1, IN_USER = 2, IN_ASSISTANT = 4, IN_RESULT = 8 };

#define ANYWHERE (IN_SYSTEM | IN_USER | IN_ASSISTANT | IN_RESULT)
#define SEEN     (IN_USER | IN_RESULT)

/* What parts are added to: `turn`, `result`, or with neither the system text of `req`. */
struct target {
	enum place place;
	struct request *req;
	struct turn *turn;
	struct part *result;
};

static struct part *add(const struct target *to, enum part_kind kind)
{
	return to->turn != NULL ? turn_add(to->turn, kind) : part_add(to->result, kind);
}

static int add_text(const struct target *to, const char *text, struct err *err)
{
	if (to->place == IN_SYSTEM)
		return request_add_system(to->req, text, err);
	if (to->turn != NULL)
		turn_add_text(to->turn, text);
	else if (text[0] != '\0')
		part_add(to->result, PART_TEXT)->text = mem_strdup(text);
	return 0;
}

static int refuse(const struct target *to, const char *at, struct err *err)
{
	const char *what = "a text, an image or a file";

	if (to->place == IN_SYSTEM)
		what = "a text";
	else if (to->place == IN_ASSISTANT)
		what = "a text or a call of a tool";
	return err_param(err, ERR_INVALID, at,
		"'%s' must be %s with its content; other parts are not supported here.", at, what);
}

static int add_member(const struct target *to, const cJSON *part, const char *member,
	const char *at, struct err *err)
{
	const char *text;

	if (member_string(part, member, at, &text, err) < 0)
		return -1;
	return text != NULL ? add_text(to, text, err) : refuse(to, at, err);
}

static int parse_text(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	return add_member(to, part, "text", at, err);
}

static int parse_refusal(
	const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	return add_member(to, part, "refusal", at, err);
}

static int parse_image(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	return attachment_image(add(to, PART_IMAGE), part, at, err);
}

static int parse_file(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	return attachment_file(add(to, PART_DOCUMENT), part, at, err);
}

static int parse_image_block(
	const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	return attachment_block(add(to, PART_IMAGE), part, at, err);
}

/* The `context` that a client gives to a document is for the model, too: it becomes a text. */
static int parse_document_block(
	const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	const char *context;

	if (member_string(part, "context", at, &context, err) < 0 ||
		(context != NULL && add_text(to, context, err) < 0))
		return -1;
	return attachment_block(add(to, PART_DOCUMENT), part, at, err);
}

/* Thinking without a signature is left out: the API would refuse it; the text has its result. */
static int parse_thinking(
	const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	const char *thinking = json_get_string(part, "thinking");
	const char *signature = json_get_string(part, "signature");
	struct part *p;

	(void)at;
	(void)err;
	if (thinking == NULL || signature == NULL || signature[0] == '\0')
		return 0;
	p = add(to, PART_THINKING);
	p->text = mem_strdup(thinking);
	p->signature = mem_strdup(signature);
	return 0;
}

static int parse_call(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	struct tool_call call = {.arguments = json_get(part, "input")};
	CLEANUP_FREE char *id = NULL;

	if (member_id(part, "id", at, &id, err) < 0 ||
		member_string(part, "name", at, &call.name, err) < 0)
		return -1;
	call.id = id;
	return tool_parse_call(to->req, to->turn, &call, at, err);
}

static int parse_result(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	CLEANUP_FREE char *id = NULL;
	char inner[MEMBER_AT_SIZE];
	struct part *result;

	if (member_id(part, "tool_use_id", at, &id, err) < 0)
		return -1;
	result = tool_parse_result(to->turn, id, at, err);
	if (result == NULL)
		return -1;
	member_at(inner, at, "content");
	return content_parse_result(result, json_get(part, "content"), inner, err);
}

static int refuse_sound(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	(void)to;
	(void)part;
	return err_param(err, ERR_INVALID, at,
		"'%s' is audio or video, which the model cannot take: send what is said in it as a text.",
		at);
}

typedef int parse_fn(const struct target *to, const cJSON *part, const char *at, struct err *err);

/*
 * OpenAI's types of parts, and those of Anthropic's API, which clients send for Claude's models.
 * Of two rows for one type the first that has the place counts.
 */
static const struct {
	const char *type;
	unsigned places;
	parse_fn *parse;
} kinds[] = {
	{"text", ANYWHERE, parse_text},
	{"input_text", ANYWHERE, parse_text},
	{"output_text", ANYWHERE, parse_text},
	{"refusal", ANYWHERE, parse_refusal},
	{"reasoning_text", IN_ASSISTANT, parse_thinking},
	{"summary_text", IN_ASSISTANT, parse_thinking},
	{"reasoning_text", ANYWHERE, parse_text},
	{"summary_text", ANYWHERE, parse_text},
	{"image_url", SEEN, parse_image},
	{"input_image", SEEN, parse_image},
	{"file", SEEN, parse_file},
	{"input_file", SEEN, parse_file},
	{"image", SEEN, parse_image_block},
	{"document", SEEN, parse_document_block},
	{"thinking", IN_ASSISTANT, parse_thinking},
	{"redacted_thinking", IN_ASSISTANT, parse_thinking},
	{"reasoning", IN_ASSISTANT, parse_thinking},
	{"tool_use", IN_ASSISTANT, parse_call},
	{"tool_result", IN_USER, parse_result},
	{"input_audio", ANYWHERE, refuse_sound},
	{"audio", ANYWHERE, refuse_sound},
	{"audio_url", ANYWHERE, refuse_sound},
	{"video", ANYWHERE, refuse_sound},
	{"video_url", ANYWHERE, refuse_sound},
	{"input_video", ANYWHERE, refuse_sound},
};

static int parse_part(const struct target *to, const cJSON *part, const char *at, struct err *err)
{
	const char *type;

	if (member_string(part, "type", at, &type, err) < 0)
		return -1;
	if (type == NULL)
		return err_param(err, ERR_INVALID, at, "'%s' must be an object with a 'type'.", at);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(type, kinds[i].type) == 0 && (kinds[i].places & to->place) != 0)
			return kinds[i].parse(to, part, at, err);
	return refuse(to, at, err);
}

static int parse(const struct target *to, const cJSON *content, const char *at, struct err *err)
{
	const cJSON *part;
	size_t i = 0;

	if (content == NULL || cJSON_IsNull(content))
		return 0;
	if (cJSON_IsString(content))
		return add_text(to, content->valuestring, err);
	if (!cJSON_IsArray(content))
		return err_param(
			err, ERR_INVALID, at, "'%s' must be a string or an array of parts.", at);
	cJSON_ArrayForEach(part, content)
	{
		char name[MEMBER_AT_SIZE];

		snprintf(name, sizeof(name), "%s[%zu]", at, i++);
		if (parse_part(to, part, name, err) < 0)
			return -1;
	}
	return 0;
}

int content_parse_system(struct request *req, const cJSON *content, const char *at, struct err *err)
{
	return parse(&(struct target){.place = IN_SYSTEM, .req = req}, content, at, err);
}

static struct target turn_of(struct request *req, struct turn *t)
{
	return (struct target){
		.place = t->role == ROLE_ASSISTANT ? IN_ASSISTANT : IN_USER,
		.req = req,
		.turn = t,
	};
}

int content_parse(
	struct request *req, struct turn *t, const cJSON *content, const char *at, struct err *err)
{
	struct target to = turn_of(req, t);

	return parse(&to, content, at, err);
}

int content_parse_part(
	struct request *req, struct turn *t, const cJSON *part, const char *at, struct err *err)
{
	struct target to = turn_of(req, t);

	return parse_part(&to, part, at, err);
}

static bool has_part(const cJSON *list)
{
	const cJSON *v;

	cJSON_ArrayForEach(v, list)
	{
		if (json_get_string(v, "type") != NULL)
			return true;
	}
	return cJSON_GetArraySize(list) == 0;
}

int content_parse_result(struct part *result, const cJSON *content, const char *at, struct err *err)
{
	if (content == NULL || cJSON_IsString(content) || cJSON_IsNull(content) ||
		(cJSON_IsArray(content) && has_part(content)))
		return parse(
			&(struct target){.place = IN_RESULT, .result = result}, content, at, err);
	part_add(result, PART_TEXT)->text = member_text(content);
	return 0;
}
