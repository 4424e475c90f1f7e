#include "golden/outcome.h"

#include <string.h>

#include "support/drive.h"

#define FRAMES_MAX ((size_t)1 << 20)

static void hear(void *arg, const struct event *ev)
{
	struct outcome *o = arg;

	grammar_see(&o->grammar, ev);
	if (ev->kind == EVENT_FAIL)
		o->fail = *ev->fail;
	drive_event(&wire_chat, &o->chat, ev, &o->chat_frames);
	drive_event(&wire_responses, &o->responses, ev, &o->responses_frames);
}

void outcome_begin(struct outcome *o, const struct request *request)
{
	*o = (struct outcome){.chat = drive_begin(request), .responses = drive_begin(request)};
	buf_init(&o->chat_frames, FRAMES_MAX);
	buf_init(&o->responses_frames, FRAMES_MAX);
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
	wire_out_finish(&o->chat);
	wire_out_finish(&o->responses);
	buf_finish(&o->chat_frames);
	buf_finish(&o->responses_frames);
}

static bool same_bytes(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(buf_str(a), buf_str(b), a->len) == 0;
}

static bool same_note(const struct note *a, const struct note *b)
{
	CLEANUP_BUF struct buf left = BUF_INIT(FRAMES_MAX);
	CLEANUP_BUF struct buf right = BUF_INIT(FRAMES_MAX);

	return note_print(a, &left) == 0 && note_print(b, &right) == 0 && same_bytes(&left, &right);
}

bool outcome_same(const struct outcome *a, const struct outcome *b)
{
	return same_bytes(&a->chat_frames, &b->chat_frames) &&
	       same_bytes(&a->responses_frames, &b->responses_frames) &&
	       decode_rest(&a->decode) == decode_rest(&b->decode) &&
	       same_note(&a->decode.note, &b->decode.note);
}
