#include "ask/ask.h"

#include <assert.h>
#include <string.h>

#include "ask/models.h"
#include "base/clock.h"
#include "turn/fingerprint.h"

static_assert(LEASE_KEY_SIZE == FINGERPRINT_SIZE && KEYS_HASH_SIZE == FINGERPRINT_SIZE,
	"a conversation is parked under its fingerprint");

static void note_outcome(struct ask *a, const struct event *ev)
{
	if (a->first_at == 0 && ev->kind != EVENT_FAIL)
		a->first_at = clock_ms();
	if (ev->kind == EVENT_USAGE)
		a->usage = ev->usage;
	if (ev->kind == EVENT_FAIL)
		*a->err = *ev->fail;
}

static struct fingerprint_of identity(const struct ask *a)
{
	return (struct fingerprint_of){
		.secret = a->asker->secret,
		.owner = a->owner,
		.model = a->model,
	};
}

static struct lease_key key_of(const struct fingerprint *f)
{
	struct lease_key key;

	memcpy(key.bytes, f->bytes, sizeof(key.bytes));
	return key;
}

static bool promise(struct ask *a)
{
	struct lease *lease = &a->asker->lease;
	struct fingerprint_of of = identity(a);
	struct fingerprint seen;
	struct lease_key key;

	if (a->asker->cfg->parked == 0 || lease->draining || decode_doubts(&a->decode) ||
		a->abandon.kind != ERR_NONE)
		return false;
	fingerprint_answered(&seen, &of, a->request, a->answer);
	key = key_of(&seen);
	lease_promise(lease, &key);
	a->promised = true;
	return true;
}

static void on_event(void *arg, const struct event *ev)
{
	struct ask *a = arg;
	bool failed = ev->kind == EVENT_FAIL;

	note_outcome(a, ev);
	if (a->abandon.kind != ERR_NONE && !failed)
		return;
	if (answer_add(a->answer, ev, &a->abandon) < 0)
		return;
	/* The keeper is told before the client, whose next request may be here at once. */
	if (failed || (ev->kind == EVENT_STOP && !promise(a)))
		lease_done(&a->asker->lease);
	if (a->sink.event != NULL)
		a->sink.event(a->sink.arg, ev, &a->abandon);
}

/* Emits a FAIL if the sink failed with the last events: the decoder had ended its turn by then. */
static void tell_late_failure(struct ask *a)
{
	struct event ev = {.kind = EVENT_FAIL, .fail = &a->abandon};

	if (a->err->kind != ERR_NONE || a->abandon.kind == ERR_NONE)
		return;
	on_event(a, &ev);
	if (a->sink.flush != NULL)
		a->sink.flush(a->sink.arg, &a->abandon);
}

static void talk(struct ask *a)
{
	struct asker *asker = a->asker;
	bool continued = asker->lease.kind == LEASE_CONTINUED;
	bool is_own = !model_is_id(a->model) && strcmp(a->model, asker->cfg->model) == 0;

	a->replay = (struct replay){
		.request = a->request,
		.aliases = &a->decode.aliases,
		.model = is_own ? NULL : a->model,
		.speaker = a->decode.model,
		.handoff = continued ? &a->handoff : NULL,
	};
	a->talk = (struct converse){
		.asker = asker,
		.waiter = a->waiter,
		.replay = &a->replay,
		.decode = &a->decode,
		.sink = a->sink,
		.abandon = &a->abandon,
	};
	decode_finish(&a->decode);
	decode_init(&a->decode, a->request, on_event, a);
	a->decode.asked = a->model;
	if (continued)
		decode_continue(&a->decode);
	converse(&a->talk);
	tell_late_failure(a);
	models_keep(asker, &a->decode.about, a->err->kind);
	models_explain(a->err, a->model);
}

/* A client that left while its request was queued must not cost a child. */
static bool has_left(struct pollfd client)
{
	return poll(&client, 1, 0) > 0;
}

/*
 * Whether the CLI would ask the API again if it had the time: after a call it waits for its tool to
 * do so, after a cut, a refusal or an answer without a word it does so at once.
 */
static bool goes_on_by_itself(const struct answer *answer)
{
	return answer_count(answer, BLOCK_CALL) > 0 ||
	       (answer->stopped && answer->stop != STOP_END) || answer->text_len == 0;
}

/* Whether a kept child ended before it said anything, so that another one can be told all. */
static bool was_lost(const struct ask *a)
{
	return a->asker->lease.kind == LEASE_CONTINUED && a->talk.child_ended &&
	       !decode_started(&a->decode) && a->err->kind == ERR_UPSTREAM && !a->talk.spoke;
}

static void forget(struct ask *a)
{
	answer_finish(a->answer);
	*a->err = (struct err){0};
	a->first_at = 0;
}

static bool has_seen_it(const struct ask *a, struct lease_key *key)
{
	struct fingerprint_of of = identity(a);
	struct fingerprint seen;

	if (!replay_can_go_on(a->request) || !fingerprint_seen(&seen, &of, a->request))
		return false;
	*key = key_of(&seen);
	return true;
}

static int find_child(struct ask *a)
{
	struct lease *lease = &a->asker->lease;
	struct lease_wish wish = {.most = a->limit};
	struct lease_key key;

	if (has_seen_it(a, &key))
		wish.key = &key;
	memcpy(&wish.owner, a->owner, sizeof(wish.owner));
	for (;; wish.key = NULL) {
		long long until = clock_ms() + a->asker->cfg->queue_seconds * 1000LL;

		if (lease_take(lease, &wish, a->waiter.client, until, a->err) < 0)
			return -1;
		if (lease->kind != LEASE_CONTINUED ||
			handoff_parse(&a->handoff, &lease->handoff) == 0) {
			talk(a);
			if (!was_lost(a))
				return 0;
		}
		lease_end(lease, true);
		forget(a);
	}
}

int ask_answer(struct ask *a, struct err *err)
{
	a->err = err;
	if (has_left(a->waiter.client))
		return err_set(err, ERR_GONE, "The client left before it was served.");
	if (find_child(a) < 0)
		return -1;
	a->lease = lease_kind_name(a->asker->lease.kind);
	if (!a->promised)
		ask_drop(a);
	return err->kind == ERR_NONE ? 0 : -1;
}

void ask_keep(struct ask *a)
{
	CLEANUP_BUF struct buf text = BUF_INIT(HANDOFF_MAX);
	enum decode_rest rest;

	if (!a->promised)
		return;
	rest = converse_rest(&a->talk);
	models_keep(a->asker, &a->decode.about, a->err->kind);
	if ((rest == REST_IDLE || rest == REST_CALLS) &&
		handoff_print(a->replay.settings, decode_calls(&a->decode), &text) == 0)
		lease_park(&a->asker->lease, rest == REST_CALLS, &text);
	else
		ask_drop(a);
}

void ask_drop(struct ask *a)
{
	lease_end(&a->asker->lease, goes_on_by_itself(a->answer));
}

void ask_finish(struct ask *a)
{
	decode_finish(&a->decode);
	handoff_finish(&a->handoff);
}
