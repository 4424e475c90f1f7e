#include "wire/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

/* Of one turn: what is done for each pair of them stays cheap. */
#define REQUEST_MAX_PARTS 4096

/* A body is bounded long before this; the limit is there because every buffer has one. */
#define SYSTEM_MAX ((size_t)1 << 28)

void request_init(struct request *r)
{
	*r = (struct request){.temperature = -1, .top_p = -1};
	buf_init(&r->system, SYSTEM_MAX);
}

static void parts_finish(struct part **parts, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		struct part *p = &(*parts)[i];

		parts_finish(&p->parts, &p->n_parts);
		free(p->text);
		free(p->media_type);
		free(p->name);
		free(p->id);
		free(p->signature);
	}
	free(mem_steal(parts));
	*n = 0;
}

void request_finish(struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++)
		parts_finish(&r->turns[i].parts, &r->turns[i].n_parts);
	for (size_t i = 0; i < r->n_stops; i++)
		free(r->stops[i]);
	tools_finish(&r->tools);
	buf_finish(&r->system);
	free(r->turns);
	free(r->model);
	free(r->schema);
	free(r->echo);
	*r = (struct request){0};
}

static bool is_blank(const char *s)
{
	size_t left = strlen(s), n;

	while ((n = utf8_space(s, left)) > 0) {
		s += n;
		left -= n;
	}
	return left == 0;
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

static struct part *parts_add(struct part **parts, size_t *n, enum part_kind kind)
{
	*parts = mem_grow(*parts, (*n + 1) * sizeof(**parts));
	(*parts)[*n] = (struct part){.kind = kind};
	return &(*parts)[(*n)++];
}

struct part *turn_add(struct turn *t, enum part_kind kind)
{
	return parts_add(&t->parts, &t->n_parts, kind);
}

struct part *part_add(struct part *result, enum part_kind kind)
{
	return parts_add(&result->parts, &result->n_parts, kind);
}

void turn_add_text(struct turn *t, const char *text)
{
	if (!is_blank(text))
		turn_add(t, PART_TEXT)->text = mem_strdup(text);
}

void request_ignore(struct request *r, const char *name)
{
	for (size_t i = 0; i < r->n_ignored; i++)
		if (strcmp(r->ignored[i], name) == 0)
			return;
	if (r->n_ignored < REQUEST_MAX_IGNORED)
		r->ignored[r->n_ignored++] = name;
}

bool request_thinks(const struct request *r)
{
	return r->effort != EFFORT_NONE && r->tools.choice != TOOL_CHOICE_ANY &&
	       r->tools.choice != TOOL_CHOICE_ONE;
}

static void append_parts(struct turn *to, struct turn *from)
{
	for (size_t i = 0; i < from->n_parts; i++)
		*turn_add(to, from->parts[i].kind) = from->parts[i];
	free(mem_steal(&from->parts));
	from->n_parts = 0;
}

static void tidy_turns(struct request *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n_turns; i++) {
		struct turn *t = &r->turns[i];

		if (t->n_parts == 0) {
			free(mem_steal(&t->parts));
			continue;
		}
		if (kept > 0 && r->turns[kept - 1].role == t->role)
			append_parts(&r->turns[kept - 1], t);
		else
			r->turns[kept++] = *t;
	}
	r->n_turns = kept;
}

static void drop_thinking(struct turn *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n_parts; i++) {
		struct part p = t->parts[i];

		if (p.kind != PART_THINKING) {
			t->parts[kept++] = p;
			continue;
		}
		free(p.text);
		free(p.signature);
	}
	t->n_parts = kept;
}

static bool says_nothing(const struct turn *t)
{
	for (size_t i = 0; i < t->n_parts; i++)
		if (t->parts[i].kind != PART_THINKING)
			return false;
	return true;
}

/* Thinking that led to nothing the client kept, and all of it when the model is not to think. */
static void drop_idle_thinking(struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++) {
		struct turn *t = &r->turns[i];

		if (says_nothing(t) || !request_thinks(r))
			drop_thinking(t);
	}
}

/* The API takes calls in a history only beside tools: those that were called, not to be used. */
static int offer_called_tools(struct request *r, const char *param, struct err *err)
{
	for (size_t i = 0; i < r->n_turns; i++)
		for (size_t k = 0; k < r->turns[i].n_parts; k++) {
			const struct part *p = &r->turns[i].parts[k];

			if (p->kind != PART_CALL || tools_find_cli(&r->tools, p->name) != NULL)
				continue;
			if (r->tools.n == TOOLS_MAX)
				return err_param(err, ERR_INVALID, param,
					"'%s' has calls of more than %d different tools.", param,
					TOOLS_MAX);
			tools_add(&r->tools, NULL, p->name)->schema = mem_strdup(TOOL_ANY_SCHEMA);
			r->tools.choice = TOOL_CHOICE_NONE;
		}
	return 0;
}

/* The API wants what a tool said before what the user adds. */
static void put_results_first(struct turn *t)
{
	size_t results = 0;

	for (size_t i = 0; i < t->n_parts; i++) {
		struct part p = t->parts[i];

		if (p.kind != PART_RESULT)
			continue;
		memmove(&t->parts[results + 1], &t->parts[results], (i - results) * sizeof(p));
		t->parts[results++] = p;
	}
}

static bool has(const struct turn *t, enum part_kind kind, const char *id)
{
	for (size_t i = 0; t != NULL && i < t->n_parts; i++)
		if (t->parts[i].kind == kind && strcmp(t->parts[i].id, id) == 0)
			return true;
	return false;
}

/* A call that is made or answered twice in one turn: the API would not know which. */
static int check_once(const struct turn *t, const char *param, struct err *err)
{
	for (size_t i = 0; i < t->n_parts; i++)
		for (size_t k = 0; k < i; k++) {
			const struct part *a = &t->parts[i], *b = &t->parts[k];

			if (a->kind == b->kind && a->id != NULL && strcmp(a->id, b->id) == 0)
				return err_param(err, ERR_INVALID, param,
					"The tool call id '%s' stands twice in one turn of '%s'.",
					a->id, param);
		}
	return 0;
}

/* Every part of the kind in t must have its counterpart in `other`, the turn beside it. */
static int check_pairs(const struct turn *t, enum part_kind kind, const struct turn *other,
	enum part_kind counterpart, const char *param, struct err *err)
{
	for (size_t i = 0; i < t->n_parts; i++) {
		const struct part *p = &t->parts[i];

		if (p->kind != kind || has(other, counterpart, p->id))
			continue;
		if (kind == PART_CALL)
			return err_param(err, ERR_INVALID, param,
				"No tool output found for tool call '%s': it must follow the call "
				"in '%s'.",
				p->id, param);
		return err_param(err, ERR_INVALID, param,
			"The tool output for '%s' must follow a tool call of that id in '%s'.",
			p->id, param);
	}
	return 0;
}

static int check_calls(const struct request *r, const char *param, struct err *err)
{
	for (size_t i = 0; i < r->n_turns; i++) {
		const struct turn *before = i > 0 ? &r->turns[i - 1] : NULL;
		const struct turn *after = i + 1 < r->n_turns ? &r->turns[i + 1] : NULL;

		if (check_once(&r->turns[i], param, err) < 0 ||
			check_pairs(&r->turns[i], PART_CALL, after, PART_RESULT, param, err) < 0 ||
			check_pairs(&r->turns[i], PART_RESULT, before, PART_CALL, param, err) < 0)
			return -1;
	}
	return 0;
}

/* A call of the history, and where it stands. */
struct place {
	size_t turn;
	struct part *call;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->call->id, y->call->id);

	return order != 0 ? order : (x->turn > y->turn) - (x->turn < y->turn);
}

static void rename_call(struct request *r, const struct place *p)
{
	const struct turn *after = &r->turns[p->turn + 1];
	size_t size = strlen(p->call->id) + 24;
	char *id = mem_alloc(size);

	snprintf(id, size, "%sx%zu", p->call->id, p->turn);
	for (size_t i = 0; i < after->n_parts; i++) {
		struct part *result = &after->parts[i];

		if (result->kind != PART_RESULT || strcmp(result->id, p->call->id) != 0)
			continue;
		free(result->id);
		result->id = mem_strdup(id);
	}
	free(p->call->id);
	p->call->id = id;
}

/* Of calls with one id all but the first get another; whether there were any. */
static bool rename_repeated(struct request *r, struct place *places, size_t n)
{
	const char *id = NULL;
	bool renamed = false;

	qsort(places, n, sizeof(*places), compare_places);
	for (size_t i = 0; i < n; i++) {
		if (id == NULL || strcmp(places[i].call->id, id) != 0) {
			id = places[i].call->id;
			continue;
		}
		rename_call(r, &places[i]);
		renamed = true;
	}
	return renamed;
}

/*
 * Some clients count their calls anew in each turn. The CLI keeps the first call of an id and
 * drops the others with their results.
 */
static void tell_calls_apart(struct request *r)
{
	CLEANUP_FREE struct place *places = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->n_turns; i++)
		for (size_t k = 0; k < r->turns[i].n_parts; k++) {
			if (r->turns[i].parts[k].kind != PART_CALL)
				continue;
			places = mem_grow(places, (n + 1) * sizeof(*places));
			places[n++] = (struct place){i, &r->turns[i].parts[k]};
		}
	/* A new id may be one that is there. */
	while (n > 0 && rename_repeated(r, places, n))
		;
}

/* Whether the user's last word, after all that the assistant said, or all there is, is empty. */
static bool asks_nothing(const struct request *r)
{
	size_t n = r->n_turns;

	while (n > 0 && r->turns[n - 1].role == ROLE_ASSISTANT && says_nothing(&r->turns[n - 1]))
		n--;
	if (n == 0)
		return r->n_turns > 0 && r->system.len == 0;
	return says_nothing(&r->turns[n - 1]);
}

/* The model answers a user's turn: where the client's last one is missing or empty, it is told. */
static void end_with_user(struct request *r, bool empty)
{
	const char *text = empty ? REQUEST_TOLD_EMPTY : REQUEST_TOLD_CONTINUE;
	bool alone = r->n_turns == 0 && !empty; /* the system text is */

	if (r->n_turns > 0 && r->turns[r->n_turns - 1].role == ROLE_USER)
		return;
	turn_add_text(request_add_turn(r, ROLE_USER), alone ? buf_str(&r->system) : text);
	if (alone)
		buf_clear(&r->system);
}

int request_settle(struct request *r, const char *param, struct err *err)
{
	bool empty = asks_nothing(r);

	tidy_turns(r);
	drop_idle_thinking(r);
	tidy_turns(r);
	if (r->n_turns == 0 && r->system.len == 0 && !empty)
		return err_param(err, ERR_INVALID, param, "'%s' holds nothing to answer.", param);
	end_with_user(r, empty);
	for (size_t i = 0; i < r->n_turns; i++) {
		if (r->turns[i].n_parts > REQUEST_MAX_PARTS)
			return err_param(err, ERR_INVALID, param,
				"A turn of '%s' has more than %d parts.", param, REQUEST_MAX_PARTS);
		put_results_first(&r->turns[i]);
	}
	if (check_calls(r, param, err) < 0)
		return -1;
	tell_calls_apart(r);
	return r->tools.n == 0 ? offer_called_tools(r, param, err) : 0;
}
