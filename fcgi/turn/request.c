#include "turn/request.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

/* A body is bounded long before this; the limit is there because every buffer has one. */
#define SYSTEM_MAX ((size_t)1 << 28)

void request_init(struct request *r)
{
	*r = (struct request){.temperature = -1, .top_p = -1};
	buf_init(&r->system, SYSTEM_MAX);
}

void request_finish(struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++)
		turn_finish(&r->turns[i]);
	for (size_t i = 0; i < r->n_stops; i++)
		free(r->stops[i]);
	tools_finish(&r->tools);
	buf_finish(&r->system);
	free(r->turns);
	free(r->model);
	free(r->schema);
	free(r->echo);
	ignored_finish(&r->ignored);
	*r = (struct request){0};
}

int request_add_system(struct request *r, const char *text, struct err *err)
{
	if (utf8_blank(text))
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

bool request_thinks(const struct request *r)
{
	return r->effort != EFFORT_NONE && r->tools.choice != TOOL_CHOICE_ANY &&
	       r->tools.choice != TOOL_CHOICE_ONE;
}
