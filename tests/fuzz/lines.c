/*
 * What the CLI writes, however it is cut: the same events come of it, they keep the grammar,
 * and there is one end. Heard by a request without tools, by one with, and by one with a schema.
 */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/decode.h"
#include "claude/handoff.h"
#include "support/describe.h"
#include "support/grammar.h"

#define EVENTS_MAX ((size_t)1 << 26)

struct hearing {
	struct decode decode;
	struct grammar grammar;
	struct buf events;
};

static void hear(void *arg, const struct event *ev)
{
	struct hearing *h = arg;

	grammar_see(&h->grammar, ev);
	describe_event(&h->events, ev);
	if (ev->kind == EVENT_FAIL)
		fuzz_check_err(ev->fail);
}

static void begin(struct hearing *h, const struct request *request)
{
	*h = (struct hearing){.events = BUF_INIT(EVENTS_MAX)};
	decode_init(&h->decode, request, hear, h);
}

static void end(struct hearing *h)
{
	decode_finish(&h->decode);
	buf_finish(&h->events);
}

/* The child is gone: if the turn had not ended, it has now, and nothing more is heard. */
static void end_turn(struct hearing *h, const char *text, size_t n)
{
	struct err err;
	size_t len;

	err_set(&err, ERR_TIMEOUT, "The caller's own reason.");
	decode_end(&h->decode);
	decode_fail(&h->decode, &err);
	assert(decode_over(&h->decode));
	assert(grammar_fault(&h->grammar) == NULL);
	len = h->events.len;
	decode_feed(&h->decode, text, n);
	assert(h->events.len == len);
}

/* Pieces of at most `most` bytes, by a sequence that the text itself begins. */
static void feed_cut(struct hearing *h, const char *text, size_t n, size_t most)
{
	uint32_t state = 2166136261U;

	for (size_t i = 0; i < n; i++)
		state = (state ^ (unsigned char)text[i]) * 16777619U;
	while (n > 0) {
		size_t piece = 1 + (state >> 8) % most;

		piece = piece < n ? piece : n;
		decode_feed(&h->decode, text, piece);
		text += piece;
		n -= piece;
		state = state * 1664525U + 1013904223U;
	}
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_str(a), buf_str(b), a->len) == 0;
}

static void check_note(const struct hearing *h)
{
	CLEANUP_BUF struct buf text = BUF_INIT(EVENTS_MAX);
	struct handoff again;
	int result;

	if (decode_rest(&h->decode) != REST_CALLS)
		return;
	assert(mcp_calls_are_asked(decode_calls(&h->decode)));
	result = handoff_print("", decode_calls(&h->decode), &text);
	assert(result == 0);
	result = handoff_parse(&again, &text);
	assert(result == 0 && again.calls.n == decode_calls(&h->decode)->n);
	handoff_finish(&again);
}

static void check_cut(const struct hearing *whole, const struct request *request, const char *text,
	size_t n, size_t most)
{
	struct hearing cut;

	begin(&cut, request);
	feed_cut(&cut, text, n, most);
	assert(same(&whole->events, &cut.events));
	assert(same(&whole->decode.replies, &cut.decode.replies));
	assert(decode_over(&whole->decode) == decode_over(&cut.decode));
	assert(decode_rest(&whole->decode) == decode_rest(&cut.decode));
	assert(decode_ready(&whole->decode) == decode_ready(&cut.decode) &&
		whole->decode.acks == cut.decode.acks);
	end(&cut);
}

static void check_fresh(const struct request *request, const char *text, size_t n)
{
	struct hearing whole;

	begin(&whole, request);
	decode_feed(&whole.decode, text, n);
	assert(whole.grammar.fault == NULL);
	fuzz_check_lines(&whole.decode.replies);
	check_note(&whole);
	check_cut(&whole, request, text, n, 1);
	check_cut(&whole, request, text, n, 300);
	end_turn(&whole, text, n);
	end(&whole);
}

/* A child that was kept: half of it is what it said meanwhile, which emits nothing. */
static void check_kept(const struct request *request, const char *text, size_t n)
{
	struct hearing h;

	begin(&h, request);
	decode_continue(&h.decode);
	decode_feed(&h.decode, text, n / 2);
	assert(h.events.len == 0 || h.grammar.terminal == 1);
	if (decode_take_up(&h.decode))
		decode_feed(&h.decode, text + n / 2, n - n / 2);
	end_turn(&h, text, n);
	end(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const bodies[] = {
		"{\"input\":\"q\"}",
		"{\"input\":\"q\",\"tools\":[{\"type\":\"function\",\"name\":\"get_weather\"},"
		"{\"type\":\"function\",\"name\":\"a.b c\"}]}",
		"{\"input\":\"q\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"x\","
		"\"schema\":{\"type\":\"object\"}}}}",
	};
	static const struct request *requests[ARRAY_LEN(bodies)];
	CLEANUP_FREE char *text = fuzz_text(data, n);

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		if (requests[i] == NULL)
			requests[i] = fuzz_request(bodies[i]);
		check_fresh(requests[i], text, n);
		check_kept(requests[i], text, n);
	}
	return 0;
}
