#include "support/describe.h"

#include <inttypes.h>

void describe_request(struct buf *out, const struct request *req)
{
	if (req->system.len > 0)
		buf_printf(out, "system %s\n", buf_str(&req->system));
	for (size_t i = 0; i < req->n_turns; i++) {
		const struct turn *t = &req->turns[i];

		buf_puts(out, t->role == ROLE_USER ? "user " : "assistant ");
		for (size_t j = 0; j < t->n_texts; j++)
			buf_printf(out, "%s%s", j > 0 ? "|" : "", t->texts[j]);
		buf_puts(out, "\n");
	}
}

static const char *stop_name(enum stop_reason stop)
{
	switch (stop) {
	case STOP_END:
		return "end";
	case STOP_LENGTH:
		return "length";
	case STOP_REFUSAL:
		return "refusal";
	}
	return "?";
}

static void describe_usage(struct buf *out, const struct usage *u)
{
	buf_printf(out, "usage %" PRIu64 "/%" PRIu64 "/%" PRIu64 "/%" PRIu64 "/%" PRIu64 "\n",
		u->input, u->cache_read, u->cache_write, u->output, u->reasoning);
}

void describe_event(struct buf *out, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_START:
		buf_printf(out, "start %s\n", ev->model);
		return;
	case EVENT_OPEN:
		buf_printf(out, "open %s\n", ev->block == BLOCK_TEXT ? "text" : "thinking");
		return;
	case EVENT_TEXT:
		buf_printf(out, "text %s\n", ev->text);
		return;
	case EVENT_THINK:
		buf_printf(out, "think %s\n", ev->text);
		return;
	case EVENT_CLOSE:
		buf_puts(out, "close\n");
		return;
	case EVENT_USAGE:
		describe_usage(out, &ev->usage);
		return;
	case EVENT_STOP:
		buf_printf(out, "stop %s\n", stop_name(ev->stop));
		return;
	case EVENT_FAIL:
		buf_printf(out, "fail %s\n", err_name(ev->fail->kind));
		return;
	}
}
