#include "serve/complete.h"

#include <assert.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "ask/converse.h"
#include "ask/models.h"
#include "base/clock.h"
#include "base/json.h"
#include "claude/decode.h"
#include "claude/encode.h"
#include "serve/metrics.h"
#include "turn/fingerprint.h"
#include "wire/wire.h"

/* One answer's frames between two flushes; the closing events repeat its whole text. */
#define FRAMES_MAX ((size_t)128 << 20)

static_assert(LEASE_KEY_SIZE == FINGERPRINT_SIZE && KEYS_HASH_SIZE == FINGERPRINT_SIZE,
	"a conversation is parked under its fingerprint");

struct completion {
	struct exchange *x;
	const struct wire *wire;
	struct request request;
	struct wire_out out;
	struct buf ignored; /* the header's value */
	struct buf frames;  /* to be sent with the next flush */
	struct err abandon; /* why the rest of the answer is not wanted */
	bool promised;      /* the child stays with the conversation */
	struct note note;   /* of a continued child */
	struct decode decode;
	struct replay replay;
	struct converse talk;
};

static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t n = sizeof(json) - 1;

	return strncasecmp(type, json, n) == 0 && strchr(" ;", type[n]) != NULL;
}

/* The client learns which of its parameters have no effect, or is refused. */
static int check_ignored(struct completion *c)
{
	struct exchange *x = c->x;

	const char *name = ignored_first(&c->request.ignored);

	if (name != NULL && x->worker->cfg->strict)
		return err_param(&x->err, ERR_UNSUPPORTED, name,
			"Unsupported parameter: '%s' has no effect here, and PROXY_STRICT is set.",
			name);
	ignored_print(&c->ignored, &c->request.ignored);
	x->reply.ignored = buf_str(&c->ignored);
	return 0;
}

static int read_request(struct completion *c)
{
	struct exchange *x = c->x;
	CLEANUP_BUF struct buf body = BUF_INIT(x->worker->cfg->max_body);
	CLEANUP_JSON cJSON *json = NULL;
	const char *type = gateway_param(x->gateway, "CONTENT_TYPE");

	if (type[0] != '\0' && !is_json(type))
		return err_set(&x->err, ERR_MEDIA_TYPE, "Content-Type must be application/json.");
	if (gateway_read_body(x->gateway, &body, x->deadline, &x->err) < 0)
		return -1;
	json = json_parse(buf_str(&body), body.len, &x->err);
	if (json == NULL)
		return -1;
	if (!cJSON_IsObject(json))
		return err_set(&x->err, ERR_INVALID, "The body must be a JSON object.");
	if (c->wire->parse(&c->request, json, &x->err) < 0)
		return -1;
	return check_ignored(c);
}

static void note(struct exchange *x, const struct event *ev)
{
	if (x->first_at == 0 && ev->kind != EVENT_FAIL)
		x->first_at = clock_ms();
	if (ev->kind == EVENT_USAGE)
		x->usage = ev->usage;
	if (ev->kind == EVENT_FAIL)
		x->err = *ev->fail;
}

static struct fingerprint_of identity(const struct completion *c)
{
	const struct worker *w = c->x->worker;

	return (struct fingerprint_of){
		.secret = w->asker.secret,
		.owner = c->x->key->hash,
		.model = c->x->model,
	};
}

static struct lease_key key_of(const struct fingerprint *f)
{
	struct lease_key key;

	memcpy(key.bytes, f->bytes, sizeof(key.bytes));
	return key;
}

static bool promise(struct completion *c)
{
	struct lease *lease = &c->x->worker->asker.lease;
	struct fingerprint_of of = identity(c);
	struct fingerprint seen;
	struct lease_key key;

	if (c->x->worker->cfg->parked == 0 || lease->draining || c->decode.rest == REST_DOUBT ||
		c->abandon.kind != ERR_NONE)
		return false;
	fingerprint_answered(&seen, &of, &c->request, &c->out.answer);
	key = key_of(&seen);
	lease_promise(lease, &key);
	c->promised = true;
	return true;
}

/*
 * A failure before the head is out is left to serve.c, which makes an HTTP status of it;
 * frames not yet sent are then forgotten.
 */
static void on_event(void *arg, const struct event *ev)
{
	struct completion *c = arg;
	bool failed = ev->kind == EVENT_FAIL;
	size_t whole = c->frames.len;

	note(c->x, ev);
	if (c->abandon.kind != ERR_NONE && !failed)
		return;
	if (answer_add(&c->out.answer, ev, &c->abandon) < 0)
		return;
	/* Before the client learns that this is the end: its next request may be here at once. */
	if (failed || (ev->kind == EVENT_STOP && !promise(c)))
		lease_done(&c->x->worker->asker.lease);
	if (!c->request.stream)
		return;
	if (failed && !reply_committed(&c->x->reply))
		buf_clear(&c->frames);
	else if (c->wire->stream(&c->out, ev, &c->frames) < 0) {
		buf_cut(&c->frames, whole);
		err_set(&c->abandon, ERR_INVALID, "The answer is too large: ask for less at once.");
	}
}

static bool flush(void *arg)
{
	struct completion *c = arg;
	bool something = c->frames.len > 0;

	if (something && c->x->err.kind != ERR_GONE &&
		reply_stream(&c->x->reply, c->frames.data, c->frames.len) < 0)
		err_set(&c->abandon, ERR_GONE, "The client left.");
	buf_clear(&c->frames);
	return something;
}

static void beat(void *arg)
{
	struct completion *c = arg;

	if (c->wire->beat(&c->out, &c->frames) < 0)
		err_set(&c->abandon, ERR_INVALID, "The answer is too large: ask for less at once.");
	else
		metrics_beat(c->x->worker->metrics);
}

/* A failure of ours while the last events were written: the decoder could not emit it any more. */
static void tell_late_failure(struct completion *c)
{
	struct event ev = {.kind = EVENT_FAIL, .fail = &c->abandon};

	if (c->x->err.kind != ERR_NONE || c->abandon.kind == ERR_NONE)
		return;
	on_event(c, &ev);
	if (c->request.stream)
		flush(c);
}

static void talk(struct completion *c)
{
	struct exchange *x = c->x;
	struct worker *w = x->worker;
	bool continued = w->asker.lease.kind == LEASE_CONTINUED;

	c->replay = (struct replay){
		.request = &c->request,
		.model = model_is_id(x->model) || strcmp(x->model, w->cfg->model) != 0 ? x->model
										       : NULL,
		.speaker = c->decode.model,
		.note = continued ? &c->note : NULL,
	};
	c->talk = (struct converse){
		.cfg = w->cfg,
		.lease = &w->asker.lease,
		.client = gateway_client(x->gateway),
		.deadline = x->deadline,
		.replay = &c->replay,
		.decode = &c->decode,
		.abandon = &c->abandon,
		.flush = c->request.stream ? flush : NULL,
		.beat = c->request.stream ? beat : NULL,
		.arg = c,
	};
	decode_finish(&c->decode);
	decode_init(&c->decode, &c->request, on_event, c);
	c->decode.asked = x->model;
	if (continued)
		decode_continue(&c->decode);
	converse(&c->talk);
	tell_late_failure(c);
	models_note(&w->asker, &c->decode.about, x->err.kind);
	models_explain(&x->err, x->model);
}

/* The client may have left while its request was queued: it need not cost a child. */
static bool client_is_there(struct exchange *x)
{
	struct pollfd client = gateway_client(x->gateway);

	return poll(&client, 1, 0) <= 0 || !gateway_client_left(&client);
}

/*
 * With a call the CLI waits for its tool; after a cut, a refusal and an answer without a word it
 * has the model go on.
 */
static bool goes_on_by_itself(const struct answer *a)
{
	return answer_count(a, BLOCK_CALL) > 0 || (a->stopped && a->stop != STOP_END) ||
	       a->text_len == 0;
}

/* A child that was kept and then ended before it said anything: another one can be told all. */
static bool was_lost(const struct completion *c)
{
	return c->x->worker->asker.lease.kind == LEASE_CONTINUED && c->talk.child_ended &&
	       !c->decode.started && c->x->err.kind == ERR_UPSTREAM &&
	       !reply_committed(&c->x->reply);
}

static void forget(struct completion *c)
{
	answer_finish(&c->out.answer);
	buf_clear(&c->frames);
	c->x->err = (struct err){0};
	c->x->first_at = 0;
}

/* Has the child that waits for the next turn of the conversation answer it, else another one. */
static int find_child(struct completion *c)
{
	struct exchange *x = c->x;
	struct lease *lease = &x->worker->asker.lease;
	struct fingerprint_of of = identity(c);
	struct fingerprint seen;
	struct lease_wish wish = {.most = x->key->limit};
	struct lease_key key;

	if (fingerprint_seen(&seen, &of, &c->request)) {
		key = key_of(&seen);
		wish.key = &key;
	}
	memcpy(&wish.owner, x->key->hash, sizeof(wish.owner));
	for (;; wish.key = NULL) {
		long long until = clock_ms() + x->worker->cfg->queue_seconds * 1000LL;

		if (lease_take(lease, &wish, gateway_client(x->gateway), until, &x->err) < 0)
			return -1;
		if (lease->kind != LEASE_CONTINUED || note_parse(&c->note, &lease->note) == 0) {
			talk(c);
			if (!was_lost(c))
				return 0;
		}
		lease_end(lease, true);
		forget(c);
	}
}

static int have_it_answered(struct completion *c)
{
	struct exchange *x = c->x;

	if (!client_is_there(x))
		return err_set(&x->err, ERR_GONE, "The client left before it was served.");
	if (find_child(c) < 0)
		return -1;
	x->lease = lease_kind_name(x->worker->asker.lease.kind);
	if (!c->promised)
		lease_end(&x->worker->asker.lease, goes_on_by_itself(&c->out.answer));
	return x->err.kind == ERR_NONE ? 0 : -1;
}

/* What the child has still to say is waited for when the client has its answer. */
static void keep_child(struct completion *c)
{
	CLEANUP_BUF struct buf text = BUF_INIT(NOTE_MAX);
	struct lease *lease = &c->x->worker->asker.lease;
	struct note *note = &c->decode.note;
	enum decode_rest rest = REST_DOUBT;

	exchange_end(c->x);
	if (!c->x->reply.client_left)
		rest = converse_rest(&c->talk);
	models_note(&c->x->worker->asker, &c->decode.about, c->x->err.kind);
	memcpy(note->settings, c->replay.settings, sizeof(note->settings));
	if ((rest == REST_IDLE || rest == REST_CALLS) && note_print(note, &text) == 0)
		lease_park(lease, rest == REST_CALLS, &text);
	else
		lease_end(lease, goes_on_by_itself(&c->out.answer));
}

static int send_whole(struct completion *c)
{
	CLEANUP_BUF struct buf json = BUF_INIT(FRAMES_MAX);

	if (c->wire->object(&c->out, &json) < 0)
		return err_set(
			&c->x->err, ERR_INVALID, "The answer is too large: ask for less at once.");
	exchange_send_json(c->x, &json);
	return 0;
}

static int run(struct completion *c)
{
	struct exchange *x = c->x;
	struct waiter waiter = exchange_waiter(x);

	if (read_request(c) < 0 ||
		models_resolve(&x->worker->asker, &waiter, c->request.model, x->model, &x->err) < 0)
		return -1;
	c->out.model = c->x->model;
	if (have_it_answered(c) < 0 || (!c->request.stream && send_whole(c) < 0)) {
		lease_end(&c->x->worker->asker.lease, goes_on_by_itself(&c->out.answer));
		return -1;
	}
	if (c->promised)
		keep_child(c);
	return 0;
}

int complete(struct exchange *x, const struct wire *wire)
{
	struct completion c = {
		.x = x,
		.wire = wire,
		.ignored = BUF_INIT(IGNORED_TEXT_MAX),
		.frames = BUF_INIT(FRAMES_MAX),
	};
	char id[EXCHANGE_ID_SIZE];
	int result;

	exchange_make_id(id);
	request_init(&c.request);
	c.out = (struct wire_out){.request = &c.request, .id = id, .created = time(NULL)};
	result = run(&c);
	x->reply.ignored = NULL; /* its text ends here */
	decode_finish(&c.decode);
	note_finish(&c.note);
	wire_out_finish(&c.out);
	request_finish(&c.request);
	buf_finish(&c.ignored);
	buf_finish(&c.frames);
	return result;
}
