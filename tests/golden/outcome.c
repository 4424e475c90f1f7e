#include "golden/outcome.h"

#include <string.h>

#include "claude/handoff.h"

#define FRAMES_MAX ((size_t)1 << 20)

static void hear(void *arg, const struct event *ev)
{
	struct outcome *o = arg;

	grammar_see(&o->grammar, ev);
	if (ev->kind == EVENT_FAIL)
		o->fail = *ev->fail;
	drive_event_all(o->voices, ev);
}

void outcome_begin(struct outcome *o, const struct request *request)
{
	*o = (struct outcome){.voices = drive_begin_all(request, FRAMES_MAX)};
	decode_init(&o->decode, request, hear, o);
}

void outcome_feed(struct outcome *o, const char *bytes, size_t n)
{
	decode_feed(&o->decode, bytes, n);
}

void outcome_end(struct outcome *o)
{
	struct err err;

	err_set(&err, ERR_UPSTREAM, "claude ended.");
	decode_fail(&o->decode, &err);
}

void outcome_finish(struct outcome *o)
{
	decode_finish(&o->decode);
	drive_finish_all(o->voices);
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_str(a), buf_str(b), a->len) == 0;
}

static bool same_calls(const struct mcp_calls *a, const struct mcp_calls *b)
{
	CLEANUP_BUF struct buf left = BUF_INIT(FRAMES_MAX);
	CLEANUP_BUF struct buf right = BUF_INIT(FRAMES_MAX);

	return handoff_print("", a, &left) == 0 && handoff_print("", b, &right) == 0 &&
	       same_bytes(&left, &right);
}

bool outcome_same(const struct outcome *a, const struct outcome *b)
{
	for (size_t i = 0; i < wires_n; i++)
		if (!same_bytes(&a->voices[i].frames, &b->voices[i].frames))
			return false;
	return decode_rest(&a->decode) == decode_rest(&b->decode) &&
	       same_calls(decode_calls(&a->decode), decode_calls(&b->decode));
}
