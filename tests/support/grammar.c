#include "support/grammar.h"

#include <string.h>

#include "base/utf8.h"

static enum block_kind block_of(enum event_kind text)
{
	if (text == EVENT_TEXT)
		return BLOCK_TEXT;
	return text == EVENT_ARGS ? BLOCK_CALL : BLOCK_THINKING;
}

static const char *see_text(struct grammar *g, const struct event *ev)
{
	if (!g->open)
		return "text outside a block";
	if (g->block != block_of(ev->kind))
		return "text of the wrong kind for its block";
	if (g->is_signed)
		return "more of a block after SIGN";
	if (ev->text == NULL || !utf8_valid(ev->text, strlen(ev->text)))
		return "text that is not UTF-8";
	g->is_signed = ev->kind == EVENT_SIGN;
	return NULL;
}

static const char *see_open(struct grammar *g, const struct event *ev)
{
	if (!g->started || g->open || g->counted)
		return "OPEN out of order";
	if (ev->block == BLOCK_CALL && (ev->tool == NULL || ev->call_id == NULL))
		return "OPEN of a call that does not say which";
	if (ev->block != BLOCK_CALL && (ev->tool != NULL || ev->call_id != NULL))
		return "OPEN of a call that is none";
	g->open = true;
	g->is_signed = false;
	g->block = ev->block;
	return NULL;
}

static const char *see_start(struct grammar *g, const struct event *ev)
{
	if (g->started)
		return "a second START";
	if (ev->model == NULL || ev->model[0] == '\0')
		return "START without a model";
	g->started = true;
	return NULL;
}

static const char *see_terminal(struct grammar *g, const struct event *ev)
{
	g->terminal++;
	if (ev->kind == EVENT_STOP && (!g->started || g->open))
		return "STOP out of order";
	if (ev->kind == EVENT_FAIL && (ev->fail == NULL || ev->fail->kind == ERR_NONE))
		return "FAIL without an error";
	return NULL;
}

static const char *see_close(struct grammar *g)
{
	if (!g->open)
		return "CLOSE of nothing";
	g->open = false;
	return NULL;
}

static const char *see_usage(struct grammar *g)
{
	if (!g->started || g->open || g->counted)
		return "USAGE out of order";
	g->counted = true;
	return NULL;
}

static const char *see(struct grammar *g, const struct event *ev)
{
	if (g->terminal > 0)
		return "an event after the terminal one";
	switch (ev->kind) {
	case EVENT_START:
		return see_start(g, ev);
	case EVENT_OPEN:
		return see_open(g, ev);
	case EVENT_TEXT:
	case EVENT_THINK:
	case EVENT_ARGS:
	case EVENT_SIGN:
		return see_text(g, ev);
	case EVENT_CLOSE:
		return see_close(g);
	case EVENT_USAGE:
		return see_usage(g);
	case EVENT_STOP:
	case EVENT_FAIL:
		return see_terminal(g, ev);
	}
	return "an event of no kind";
}

void grammar_see(struct grammar *g, const struct event *ev)
{
	const char *fault = see(g, ev);

	if (g->fault == NULL)
		g->fault = fault;
}

const char *grammar_fault(const struct grammar *g)
{
	if (g->fault != NULL)
		return g->fault;
	return g->terminal == 1 ? NULL : "no terminal event";
}
