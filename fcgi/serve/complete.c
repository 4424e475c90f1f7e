#include "serve/complete.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "ask/ask.h"
#include "ask/models.h"
#include "base/json.h"
#include "serve/metrics.h"
#include "serve/route.h"
#include "wire/wire.h"

/* How many bytes of frames may wait for a flush: the closing events repeat the whole text. */
#define FRAMES_MAX ((size_t)128 << 20)

struct completion {
	struct exchange *x;
	const struct wire *wire;
	struct request request;
	struct wire_out out;
	struct buf ignored; /* the header's value */
	struct buf frames;  /* to be sent with the next flush */
	struct ask ask;
};

static bool is_json(const char *type)
{
	static const char json[] = "application/json";
	size_t n = sizeof(json) - 1;

	return strncasecmp(type, json, n) == 0 && strchr(" ;", type[n]) != NULL;
}

/*
 * Prepares the header that tells which parameters have no effect, or refuses them (PROXY_STRICT).
 */
static int check_ignored(struct completion *c)
{
	struct exchange *x = c->x;

	const char *name = ignored_first(&c->request.ignored);

	if (name != NULL && x->worker->asker.cfg->strict)
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
	CLEANUP_BUF struct buf body = BUF_INIT(x->worker->asker.cfg->max_body);
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

/*
 * A failure before the head is out is left to serve.c, which makes an HTTP status of it. Frames
 * that were not sent yet are dropped then, and also when the client has left.
 */
static void on_event(void *arg, const struct event *ev, struct err *err)
{
	struct completion *c = arg;
	size_t whole = c->frames.len;

	if (ev->kind == EVENT_FAIL &&
		(!reply_committed(&c->x->reply) || ev->fail->kind == ERR_GONE)) {
		buf_clear(&c->frames);
	} else if (c->wire->stream(&c->out, ev, &c->frames) < 0) {
		buf_cut(&c->frames, whole);
		err_set(err, ERR_INVALID, "The answer is too large: ask for less at once.");
	}
}

static bool flush(void *arg, struct err *err)
{
	struct completion *c = arg;
	bool something = c->frames.len > 0;

	if (something && reply_stream(&c->x->reply, c->frames.data, c->frames.len) < 0)
		err_set(err, ERR_GONE, "The client left.");
	buf_clear(&c->frames);
	return something;
}

static void beat(void *arg, struct err *err)
{
	struct completion *c = arg;

	if (c->wire->beat(&c->out, &c->frames) < 0)
		err_set(err, ERR_INVALID, "The answer is too large: ask for less at once.");
	else
		metrics_beat(c->x->worker->metrics);
}

/* An answer that is not streamed needs no sink: it is sent as a whole at the end. */
static struct ask_sink sink_of(struct completion *c)
{
	if (!c->request.stream)
		return (struct ask_sink){0};
	return (struct ask_sink){.event = on_event, .flush = flush, .beat = beat, .arg = c};
}

static int have_it_answered(struct completion *c)
{
	struct exchange *x = c->x;
	int result;

	c->ask = (struct ask){
		.asker = &x->worker->asker,
		.request = &c->request,
		.model = x->model,
		.owner = x->key->hash,
		.limit = x->key->limit,
		.waiter = exchange_waiter(x),
		.sink = sink_of(c),
		.answer = &c->out.answer,
	};
	result = ask_answer(&c->ask, &x->err);
	x->lease = c->ask.lease;
	x->first_at = c->ask.first_at;
	x->usage = c->ask.usage;
	return result;
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

static int resolve_model(struct completion *c)
{
	struct exchange *x = c->x;
	struct waiter waiter = exchange_waiter(x);

	c->out.model = x->model;
	return models_resolve(&x->worker->asker, &waiter, c->request.model, x->model, &x->err);
}

static int run(struct completion *c)
{
	if (read_request(c) < 0 || resolve_model(c) < 0)
		return -1;
	if (have_it_answered(c) < 0 || (!c->request.stream && send_whole(c) < 0)) {
		ask_drop(&c->ask);
		return -1;
	}
	exchange_end(c->x); /* now, so that the client does not wait for the rest of the child */
	if (c->x->reply.client_left)
		ask_drop(&c->ask);
	else
		ask_keep(&c->ask);
	return 0;
}

int complete(struct exchange *x)
{
	struct completion c = {
		.x = x,
		.wire = x->route->format,
		.ignored = BUF_INIT(IGNORED_TEXT_MAX),
		.frames = BUF_INIT(FRAMES_MAX),
	};
	char id[EXCHANGE_ID_SIZE];
	int result;

	exchange_make_id(id);
	request_init(&c.request);
	c.out = (struct wire_out){.request = &c.request, .id = id, .created = time(NULL)};
	result = run(&c);
	x->reply.ignored = NULL; /* its text is freed below */
	ask_finish(&c.ask);
	wire_out_finish(&c.out);
	request_finish(&c.request);
	buf_finish(&c.ignored);
	buf_finish(&c.frames);
	return result;
}
