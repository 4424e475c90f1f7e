#include "support/describe.h"

#include <inttypes.h>

#include "base/mem.h"
#include "claude/aliases.h"

static void describe_parts(struct buf *out, const struct part *parts, size_t n, const char *between,
	const struct aliases *a);

static void describe_source(struct buf *out, const char *what, const struct part *p)
{
	buf_printf(out, "[%s %s%s%s", what, p->media_type != NULL ? p->media_type : "url",
		p->name != NULL ? " named " : "", p->name != NULL ? p->name : "");
	buf_printf(out, ": %s]", p->text);
}

static void describe_part(struct buf *out, const struct part *p, const struct aliases *a)
{
	char alias[ALIAS_SIZE];

	switch (p->kind) {
	case PART_TEXT:
		buf_puts(out, p->text);
		return;
	case PART_IMAGE:
		describe_source(out, "image", p);
		return;
	case PART_DOCUMENT:
		describe_source(out, "document", p);
		return;
	case PART_CALL:
		aliases_of(a, p->space, p->name, alias);
		buf_printf(out, "[call %s %s %s]", p->id, alias, p->text);
		return;
	case PART_RESULT:
		buf_printf(out, "[result %s: ", p->id);
		describe_parts(out, p->parts, p->n_parts, "+", a);
		buf_puts(out, "]");
		return;
	case PART_THINKING:
		buf_printf(out, "[thinking %s signed %s]", p->text, p->signature);
		return;
	}
}

static void describe_parts(struct buf *out, const struct part *parts, size_t n, const char *between,
	const struct aliases *a)
{
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, i > 0 ? between : "");
		describe_part(out, &parts[i], a);
	}
}

void describe_request(struct buf *out, const struct request *req)
{
	CLEANUP(aliases_finish) struct aliases a;

	aliases_init(&a, &req->tools);
	if (req->system.len > 0)
		buf_printf(out, "system %s\n", buf_str(&req->system));
	for (size_t i = 0; i < req->n_turns; i++) {
		const struct turn *t = &req->turns[i];

		buf_puts(out, t->role == ROLE_USER ? "user " : "assistant ");
		describe_parts(out, t->parts, t->n_parts, "|", &a);
		buf_puts(out, "\n");
	}
}

static const char *choice_name(enum tool_choice choice)
{
	switch (choice) {
	case TOOL_CHOICE_AUTO:
		return "auto";
	case TOOL_CHOICE_NONE:
		return "none";
	case TOOL_CHOICE_ANY:
		return "any";
	case TOOL_CHOICE_ONE:
		return "one";
	}
	return "?";
}

static const char *kind_name(enum tool_kind kind)
{
	switch (kind) {
	case TOOL_FUNCTION:
		return "";
	case TOOL_CUSTOM:
		return " custom";
	case TOOL_SEARCH:
		return " search";
	}
	return "?";
}

void describe_tools(struct buf *out, const struct tools *tools)
{
	CLEANUP(aliases_finish) struct aliases a;

	aliases_init(&a, tools);
	for (size_t i = 0; i < tools->n; i++) {
		const struct tool *t = &tools->list[i];

		buf_printf(out, "%s%s%s as %s%s", t->space != NULL ? t->space : "",
			t->space != NULL ? "/" : "", t->name, a.list[i], kind_name(t->kind));
		if (t->description != NULL)
			buf_printf(out, " (%s)", t->description);
		buf_printf(out, " %s\n", t->schema != NULL ? t->schema : "no schema");
	}
	buf_printf(out, "choose %s", choice_name(tools->choice));
	if (tools->choice == TOOL_CHOICE_ONE)
		buf_printf(out, " %s", tools->list[tools->chosen].name);
	buf_puts(out, tools->one_call ? " once\n" : "\n");
}

static const char *stop_name(enum stop_reason stop)
{
	switch (stop) {
	case STOP_END:
		return "end";
	case STOP_LENGTH:
		return "length";
	case STOP_CALLS:
		return "calls";
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

static void describe_open(struct buf *out, const struct event *ev)
{
	switch (ev->block) {
	case BLOCK_TEXT:
		buf_puts(out, "open text\n");
		return;
	case BLOCK_THINKING:
		buf_puts(out, "open thinking\n");
		return;
	case BLOCK_CALL:
		buf_printf(out, "open call %s %s\n", ev->tool->name, ev->call_id);
		return;
	}
}

void describe_event(struct buf *out, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_START:
		buf_printf(out, "start %s\n", ev->model);
		return;
	case EVENT_OPEN:
		describe_open(out, ev);
		return;
	case EVENT_TEXT:
		buf_printf(out, "text %s\n", ev->text);
		return;
	case EVENT_THINK:
		buf_printf(out, "think %s\n", ev->text);
		return;
	case EVENT_ARGS:
		buf_printf(out, "args %s\n", ev->text);
		return;
	case EVENT_SIGN:
		buf_printf(out, "sign %s\n", ev->text);
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
