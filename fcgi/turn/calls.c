#include "turn/calls.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The size of an id with its NUL; those that we give out are shorter. */
#define PLAIN_ID_SIZE 65

/* The id of a pair whose own has neither letters nor digits. */
#define NO_PLAIN_ID "call"

/* A call or a result, and its counterpart, NULL until that is found. */
struct end {
	struct part *part, *mate;
};

/* All calls of a turn, or all results in the next turn. */
struct side {
	struct end *list;
	size_t n;
};

/* A call with its result; `number` is how many calls the history has before it. */
struct pair {
	size_t number;
	struct part *call, *result;
};

struct pairs {
	struct pair *list;
	size_t n;
};

static void pairs_finish(struct pairs *pairs)
{
	free(mem_steal(&pairs->list));
}

static const char *next_plain(const char *id)
{
	while (*id != '\0' && ((unsigned char)*id >= 0x80 || !isalnum((unsigned char)*id)))
		id++;
	return id;
}

/* Compares two ids by their letters and digits alone. */
static int compare_plain(const char *a, const char *b)
{
	a = next_plain(a);
	b = next_plain(b);
	while (*a != '\0' && *a == *b) {
		a = next_plain(a + 1);
		b = next_plain(b + 1);
	}
	return (unsigned char)*a - (unsigned char)*b;
}

/* Compares parts of one turn by their addresses, which have the order of the turn. */
static int by_place(const void *a, const void *b)
{
	const struct end *x = a, *y = b;

	return (x->part > y->part) - (x->part < y->part);
}

static int by_id(const void *a, const void *b)
{
	const struct end *x = a, *y = b;
	int order = strcmp(x->part->id, y->part->id);

	return order != 0 ? order : by_place(a, b);
}

static int by_plain_id(const void *a, const void *b)
{
	const struct end *x = a, *y = b;
	int order = compare_plain(x->part->id, y->part->id);

	return order != 0 ? order : by_place(a, b);
}

static void gather(struct side *side, const struct turn *t, enum part_kind kind)
{
	*side = (struct side){0};
	for (size_t i = 0; t != NULL && i < t->n_parts; i++) {
		if (t->parts[i].kind != kind)
			continue;
		side->list = mem_grow(side->list, (side->n + 1) * sizeof(*side->list));
		side->list[side->n++] = (struct end){.part = &t->parts[i]};
	}
}

static void sort(struct side *side, int (*order)(const void *, const void *))
{
	if (side->n > 0)
		qsort(side->list, side->n, sizeof(*side->list), order);
}

static bool is_free(const struct end *e, bool plain)
{
	return e->mate == NULL && (!plain || *next_plain(e->part->id) != '\0');
}

/* Pairs calls and results that are free and have the same id, by which both sides are sorted. */
static void match(struct side *calls, struct side *results, bool plain)
{
	int (*compare)(const char *, const char *) = plain ? compare_plain : strcmp;
	size_t i = 0, k = 0;

	while (i < calls->n && k < results->n) {
		struct end *call = &calls->list[i], *result = &results->list[k];
		int order = compare(call->part->id, result->part->id);

		if (!is_free(call, plain) || (order < 0 && is_free(result, plain))) {
			i++;
		} else if (!is_free(result, plain) || order > 0) {
			k++;
		} else {
			call->mate = result->part;
			result->mate = call->part;
		}
	}
}

/* Refuses an id that a turn has twice, as it names no single call. The side is sorted by ids. */
static int check_once(const struct side *side, const char *param, struct err *err)
{
	for (size_t i = 1; i < side->n; i++) {
		const char *id = side->list[i].part->id;

		if (strcmp(side->list[i - 1].part->id, id) == 0)
			return err_param(err, ERR_INVALID, param,
				"The tool call id '%s' stands twice in one turn of '%s'.", id,
				param);
	}
	return 0;
}

static int check_mates(
	const struct side *calls, const struct side *results, const char *param, struct err *err)
{
	for (size_t i = 0; i < calls->n; i++)
		if (calls->list[i].mate == NULL)
			return err_param(err, ERR_INVALID, param,
				"No tool output found for tool call '%s': it must follow the call in '%s'.",
				calls->list[i].part->id, param);
	for (size_t i = 0; i < results->n; i++)
		if (results->list[i].mate == NULL)
			return err_param(err, ERR_INVALID, param,
				"The tool output for '%s' must follow a tool call of that id in '%s'.",
				results->list[i].part->id, param);
	return 0;
}

static void add_pairs(struct pairs *pairs, const struct side *calls)
{
	size_t n = pairs->n + calls->n;

	if (calls->n > 0)
		pairs->list = mem_grow(pairs->list, n * sizeof(*pairs->list));
	for (size_t i = 0; i < calls->n; i++, pairs->n++)
		pairs->list[pairs->n] =
			(struct pair){pairs->n, calls->list[i].part, calls->list[i].mate};
}

/* Pairs the calls of a turn with the results in the next one; either turn may be NULL. */
static int pair_turns(struct pairs *pairs, const struct turn *calling, const struct turn *after,
	const char *param, struct err *err)
{
	struct side calls, results;
	int result;

	gather(&calls, calling, PART_CALL);
	gather(&results, after, PART_RESULT);
	sort(&calls, by_id);
	sort(&results, by_id);
	result = check_once(&calls, param, err) < 0 ? -1 : check_once(&results, param, err);
	match(&calls, &results, false);
	sort(&calls, by_plain_id);
	sort(&results, by_plain_id);
	match(&calls, &results, true);
	sort(&calls, by_place);
	sort(&results, by_place);
	if (result == 0)
		result = check_mates(&calls, &results, param, err);
	if (result == 0)
		add_pairs(pairs, &calls);
	free(calls.list);
	free(results.list);
	return result;
}

static void set_id(struct pair *p, const char *id)
{
	char *of_call = mem_strdup(id), *of_result = mem_strdup(id);

	free(p->call->id);
	free(p->result->id);
	p->call->id = of_call;
	p->result->id = of_result;
}

static void make_plain(struct pair *p)
{
	char plain[PLAIN_ID_SIZE] = "";

	tool_add_plain_id(p->call->id, plain, sizeof(plain));
	set_id(p, plain[0] != '\0' ? plain : NO_PLAIN_ID);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->call->id, y->call->id);

	return order != 0 ? order : (x->number > y->number) - (x->number < y->number);
}

static void rename_pair(struct pair *p)
{
	size_t size = strlen(p->call->id) + 24;
	CLEANUP_FREE char *id = mem_alloc(size);

	snprintf(id, size, "%sx%zu", p->call->id, p->number);
	set_id(p, id);
}

/* Gives all but the first of the pairs with the same id another one; whether there were any. */
static bool rename_repeated(struct pairs *pairs)
{
	size_t first = 0;
	bool renamed = false;

	qsort(pairs->list, pairs->n, sizeof(*pairs->list), compare_pairs);
	for (size_t i = 1; i < pairs->n; i++) {
		/* The first keeps its id, so that it can be compared with all that follow. */
		if (strcmp(pairs->list[i].call->id, pairs->list[first].call->id) != 0) {
			first = i;
			continue;
		}
		rename_pair(&pairs->list[i]);
		renamed = true;
	}
	return renamed;
}

int calls_settle(struct request *r, const char *param, struct err *err)
{
	CLEANUP(pairs_finish) struct pairs pairs = {0};
	int result = 0;

	for (size_t i = 0; result == 0 && i <= r->n_turns; i++) {
		const struct turn *calling = i > 0 ? &r->turns[i - 1] : NULL;
		const struct turn *after = i < r->n_turns ? &r->turns[i] : NULL;

		result = pair_turns(&pairs, calling, after, param, err);
	}
	if (result < 0)
		return -1;
	for (size_t i = 0; i < pairs.n; i++)
		make_plain(&pairs.list[i]);
	/*
	 * Some clients count their calls anew in each turn, but of calls with the same id the CLI
	 * keeps the first alone. A new id may be one that is there already, hence the loop.
	 */
	while (pairs.n > 0 && rename_repeated(&pairs))
		;
	return 0;
}
