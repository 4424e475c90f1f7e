#include "support/recall.h"

#include <string.h>

#include "claude/encode.h"
#include "support/check.h"
#include "support/client.h"
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
		open.tool = tools_find_called(tools, NULL, said->tool);
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
	return replay_can_go_on(&req) && fingerprint_seen(f, &recall_of, &req);
}

/* What of the answer, written whole, goes into the next request. */
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
	return client_of(wire)->take_answer(object);
}

cJSON *recall_turns(const cJSON *body)
{
	cJSON *turns = NULL;

	for (size_t i = 0; i < wires_n && turns == NULL; i++)
		turns = cJSON_GetObjectItemCaseSensitive(body, client_of(wires[i])->turns);
	return turns;
}

cJSON *recall_next(
	const struct wire *wire, const cJSON *body, const struct said *said, const char *text)
{
	CLEANUP_JSON cJSON *answer = write_answer(wire, body, said);
	cJSON *next = cJSON_Duplicate(body, true);
	cJSON *turns = recall_turns(next);

	if (client_of(wire)->send_back(turns, answer, text) == 0) {
		cJSON *user = client_add_object(turns, "role", "user");

		cJSON_AddStringToObject(user, "content", text);
	}
	return next;
}

bool recall_goes_on(
	const struct wire *wire, const cJSON *body, const struct said *said, const cJSON *next)
{
	struct fingerprint before = recall_answered(wire, body, said), seen;

	return recall_seen(&seen, wire, next) &&
	       memcmp(before.bytes, seen.bytes, sizeof(seen.bytes)) == 0;
}
