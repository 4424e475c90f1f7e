#include "wire/request.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A body is bounded long before this; the limit is there because every buffer has one. */
#define SYSTEM_MAX ((size_t)1 << 28)

void request_init(struct request *r)
{
	*r = (struct request){0};
	buf_init(&r->system, SYSTEM_MAX);
}

static void turn_finish(struct turn *t)
{
	for (size_t i = 0; i < t->n_texts; i++)
		free(t->texts[i]);
	free(t->texts);
	*t = (struct turn){0};
}

void request_finish(struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++)
		turn_finish(&r->turns[i]);
	free(mem_steal(&r->turns));
	free(mem_steal(&r->model));
	free(mem_steal(&r->instructions));
	free(mem_steal(&r->metadata));
	buf_finish(&r->system);
	r->n_turns = 0;
}

static bool is_blank(const char *s)
{
	return s[strspn(s, " \t\r\n")] == '\0';
}

int request_add_system(struct request *r, const char *text, struct err *err)
{
	if (is_blank(text))
		return 0;
	if ((r->system.len > 0 && buf_puts(&r->system, "\n\n") < 0) ||
		buf_puts(&r->system, text) < 0)
		return err_set(err, ERR_TOO_LARGE, "The system text is too long.");
	return 0;
}

struct turn *request_add_turn(struct request *r, enum role role)
{
	r->turns = mem_grow(r->turns, (r->n_turns + 1) * sizeof(*r->turns));
	r->turns[r->n_turns] = (struct turn){.role = role};
	return &r->turns[r->n_turns++];
}

void turn_add_text(struct turn *t, const char *text)
{
	if (is_blank(text))
		return;
	t->texts = mem_grow(t->texts, (t->n_texts + 1) * sizeof(*t->texts));
	t->texts[t->n_texts++] = mem_strdup(text);
}

static void append_texts(struct turn *to, struct turn *from)
{
	to->texts = mem_grow(to->texts, (to->n_texts + from->n_texts) * sizeof(*to->texts));
	for (size_t i = 0; i < from->n_texts; i++)
		to->texts[to->n_texts++] = from->texts[i];
	from->n_texts = 0;
	turn_finish(from);
}

static void tidy_turns(struct request *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n_turns; i++) {
		struct turn *t = &r->turns[i];

		if (t->n_texts == 0)
			turn_finish(t);
		else if (kept > 0 && r->turns[kept - 1].role == t->role)
			append_texts(&r->turns[kept - 1], t);
		else
			r->turns[kept++] = *t;
	}
	r->n_turns = kept;
}

int request_settle(struct request *r, const char *param, struct err *err)
{
	tidy_turns(r);
	if (r->n_turns == 0 && r->system.len > 0) {
		turn_add_text(request_add_turn(r, ROLE_USER), r->system.data);
		buf_clear(&r->system);
	}
	if (r->n_turns == 0)
		return err_param(err, ERR_INVALID, param, "'%s' holds no text to answer.", param);
	if (r->turns[r->n_turns - 1].role != ROLE_USER)
		return err_param(err, ERR_INVALID, param,
			"The last entry of '%s' must be the user's: Claude answers a user turn.",
			param);
	return 0;
}
