/* A body as a client sends it, read in every format; what is taken is told to a child. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/keyword.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "claude/encode.h"
#include "support/ask.h"
#include "support/client.h"
#include "support/drive.h"
#include "turn/fingerprint.h"
#include "turn/tool_rename.h"

#define OUT_MAX ((size_t)64 << 20)

static bool is_text(const char *s)
{
	return s == NULL || utf8_valid(s, strlen(s));
}

static void check_parts(const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct part *p = &parts[i];

		assert(is_text(p->text) && is_text(p->name) && is_text(p->signature));
		assert((p->kind == PART_CALL || p->kind == PART_RESULT) == (p->id != NULL));
		assert((p->kind == PART_CALL) <= (p->name != NULL));
		assert((p->kind == PART_RESULT) != (p->text != NULL));
		check_parts(p->parts, p->n_parts);
	}
}

/* Each call has its result in the turn after it, each result its call in the turn before. */
static void check_pairs(const struct request *r, size_t number)
{
	const struct turn *t = &r->turns[number];

	for (size_t i = 0; i < t->n_parts; i++) {
		bool is_call = t->parts[i].kind == PART_CALL;
		size_t beside = is_call ? number + 1 : number - 1, found = 0;

		if (!is_call && t->parts[i].kind != PART_RESULT)
			continue;
		assert(beside < r->n_turns);
		for (size_t k = 0; k < r->turns[beside].n_parts; k++) {
			const struct part *p = &r->turns[beside].parts[k];

			found += p->kind == (is_call ? PART_RESULT : PART_CALL) &&
				 strcmp(p->id, t->parts[i].id) == 0;
		}
		assert(found == 1);
	}
}

static void check_schema(void *arg, const struct subschema *sub)
{
	if (strcmp(sub->keyword, "properties") == 0) {
		size_t n = strspn(sub->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					     "0123456789_.-");

		assert(n >= 1 && n <= 64 && sub->name[n] == '\0');
	}
	assert(!cJSON_IsArray(cJSON_GetObjectItemCaseSensitive(sub->schema, "items")));
	keyword_each(sub->schema, check_schema, arg);
}

/* The names of all properties that are told as others, and back. */
static void check_names(const struct tool *tool)
{
	CLEANUP_FREE char *given = NULL, *told = NULL, *back = NULL;
	CLEANUP_JSON cJSON *arguments = cJSON_CreateObject();

	for (size_t i = 0; i < tool->names->n; i++)
		cJSON_AddNumberToObject(arguments, tool->names->list[i].given, 1);
	given = cJSON_PrintUnformatted(arguments);
	told = tool_rename_told(tool->names, given);
	back = tool_rename_given(tool->names, told);
	assert(strcmp(back, given) == 0);
}

static void check_tool(const struct aliases *aliases, const struct tool *tool)
{
	CLEANUP_JSON cJSON *schema = cJSON_Parse(tool->schema);
	const char *type = json_get_string(schema, "type");

	assert(type != NULL && strcmp(type, "object") == 0);
	assert(aliases_find(aliases, aliases->list[tool - aliases->tools->list]) == tool);
	keyword_each(schema, check_schema, NULL);
	if (tool->names != NULL)
		check_names(tool);
}

/* A conversation as the API takes it: the user begins or not, the roles alternate, the user ends.
 */
static void check_turns(const struct request *r)
{
	CLEANUP(aliases_finish) struct aliases aliases;

	aliases_init(&aliases, &r->tools);
	assert(r->n_turns > 0);
	for (size_t i = 0; i < r->n_turns; i++) {
		const struct turn *t = &r->turns[i];

		assert(t->role == ((r->n_turns - i) % 2 ? ROLE_USER : ROLE_ASSISTANT));
		assert(t->n_parts > 0);
		check_parts(t->parts, t->n_parts);
		check_pairs(r, i);
	}
	for (size_t i = 0; i < r->tools.n; i++)
		check_tool(&aliases, &r->tools.list[i]);
	assert(r->n_stops <= REQUEST_MAX_STOPS && r->ignored.n <= IGNORED_MAX);
	assert(r->tools.choice != TOOL_CHOICE_ONE || r->tools.chosen < r->tools.n);
}

/* Each turn is one line, and the child can tell the lines apart. */
static void check_replay(const struct request *r)
{
	CLEANUP_BUF struct buf out = BUF_INIT(OUT_MAX);
	struct replay replay = {.request = r, .model = "opus", .speaker = ""};
	size_t setup, lines;

	while (!replay_done(&replay)) {
		int result = tell_child(&replay, replay.asked, &out);

		assert(result == 0);
	}
	lines = fuzz_check_lines(&out);
	buf_clear(&out);
	replay = (struct replay){.request = r, .model = "opus", .speaker = "", .next = r->n_turns};
	tell_child(&replay, 0, &out);
	setup = fuzz_check_lines(&out);
	assert(lines == setup + r->n_turns);
}

static void check_fingerprint(const struct request *r)
{
	static const unsigned char bytes[FINGERPRINT_SIZE];
	const struct fingerprint_of of = {.secret = bytes, .owner = bytes, .model = "opus"};
	struct fingerprint a = {{0}}, b = {{0}};
	bool seen = fingerprint_seen(&a, &of, r);

	assert(fingerprint_seen(&b, &of, r) == seen);
	assert(memcmp(&a, &b, sizeof(a)) == 0);
}

/* An answer, which repeats some of the request. */
static void check_answer(const struct wire *wire, const struct request *r)
{
	const struct event events[] = {
		{.kind = EVENT_START, .model = "opus"},
		{.kind = EVENT_OPEN, .block = BLOCK_TEXT},
		{.kind = EVENT_TEXT, .text = "x"},
		{.kind = EVENT_CLOSE},
		{.kind = EVENT_USAGE},
		{.kind = EVENT_STOP, .stop = STOP_END},
	};
	CLEANUP_BUF struct buf out = BUF_INIT(OUT_MAX);
	CLEANUP_JSON cJSON *object = NULL;
	struct wire_out o = drive_begin(r);

	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		drive_event(wire, &o, &events[i], &out);
	assert(utf8_valid(buf_str(&out), out.len));
	buf_clear(&out);
	wire->object(&o, &out);
	object = cJSON_ParseWithLength(buf_str(&out), out.len);
	assert(json_get_string(object, client_of(wire)->mark) != NULL);
	wire_out_finish(&o);
}

static void read_as(const struct wire *wire, const cJSON *body)
{
	struct request r;
	struct err err = {0};

	request_init(&r);
	if (wire->parse(&r, body, &err) < 0) {
		fuzz_check_err(&err);
	} else {
		check_turns(&r);
		check_replay(&r);
		check_fingerprint(&r);
		check_answer(wire, &r);
	}
	request_finish(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *text = fuzz_text(data, n);
	struct err err = {0};
	CLEANUP_JSON cJSON *body = json_parse(text, n, &err);

	if (body == NULL) {
		fuzz_check_err(&err);
	} else if (cJSON_IsObject(body)) {
		for (size_t i = 0; i < wires_n; i++)
			read_as(wires[i], body);
	}
	return 0;
}
