#include "turn/stray.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The `to` of a call or result that is left out. */
#define NOWHERE SIZE_MAX

/* A call or a result. */
struct end {
	struct part part; /* borrowed */
	size_t turn;
	size_t number; /* how many there were before it */
	bool paired;
	size_t to; /* the turn that it belongs in */
};

struct ends {
	struct end *list;
	size_t n;
};

static void ends_finish(struct ends *ends)
{
	free(mem_steal(&ends->list));
}

static bool is_end(const struct part *p)
{
	return p->kind == PART_CALL || p->kind == PART_RESULT;
}

static bool has_item(const struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++)
		for (size_t k = 0; k < r->turns[i].n_parts; k++)
			if (r->turns[i].parts[k].item != NULL)
				return true;
	return false;
}

static void gather(struct ends *ends, const struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++)
		for (size_t k = 0; k < r->turns[i].n_parts; k++) {
			const struct part *p = &r->turns[i].parts[k];

			if (!is_end(p))
				continue;
			ends->list = mem_grow(ends->list, (ends->n + 1) * sizeof(*ends->list));
			ends->list[ends->n] =
				(struct end){.part = *p, .turn = i, .to = i, .number = ends->n};
			ends->n++;
		}
}

static int by_id(const void *a, const void *b)
{
	const struct end *x = a, *y = b;
	int order = strcmp(x->part.id, y->part.id);

	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static int by_number(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* A result belongs to the last call before it that has its id, as an id may come again later. */
static void pair(struct ends *ends)
{
	struct end *call = NULL;

	for (size_t i = 0; i < ends->n; i++) {
		struct end *e = &ends->list[i];

		if (call != NULL && strcmp(call->part.id, e->part.id) != 0)
			call = NULL;
		if (e->part.kind == PART_CALL) {
			call = e;
		} else if (call != NULL) {
			call->paired = e->paired = true;
			e->to = call->turn + 1;
			call = NULL;
		}
	}
}

static void leave_out(struct ends *ends, struct request *r, const char *param)
{
	for (size_t i = 0; i < ends->n; i++) {
		struct end *e = &ends->list[i];

		if (e->paired || e->part.item == NULL)
			continue;
		ignored_add_member(&r->ignored, param, e->part.item);
		r->left_out = true;
		e->to = NOWHERE;
	}
}

/* Makes each turn anew, in their order: a result moves to a turn before its own, which is ready. */
static void place(struct request *r, const struct ends *ends)
{
	const struct end *e = ends->list;

	for (size_t i = 0; i < r->n_turns; i++) {
		struct turn old = r->turns[i];

		r->turns[i] = (struct turn){.role = old.role};
		for (size_t k = 0; k < old.n_parts; k++) {
			struct part *p = &old.parts[k];
			const struct end *own = is_end(p) ? e++ : NULL;
			size_t to = own != NULL ? own->to : i;

			if (to == NOWHERE)
				part_finish(p);
			else
				*turn_add(&r->turns[to], p->kind) = *p;
		}
		free(old.parts);
	}
}

bool stray_settle(struct request *r, const char *param)
{
	CLEANUP(ends_finish) struct ends ends = {0};

	if (has_item(r))
		gather(&ends, r);
	if (ends.n == 0)
		return false;
	qsort(ends.list, ends.n, sizeof(*ends.list), by_id);
	pair(&ends);
	qsort(ends.list, ends.n, sizeof(*ends.list), by_number);
	leave_out(&ends, r, param);
	place(r, &ends);
	return true;
}
