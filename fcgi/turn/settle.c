#include "turn/settle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "turn/calls.h"
#include "turn/stray.h"

/* How many parts a turn may have: what is done for each pair of parts must stay cheap. */
#define SETTLE_MAX_PARTS 4096

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
		part_finish(&p);
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

/* Drops the thinking of turns that have nothing else, or all of it if the model is not to think. */
static void drop_idle_thinking(struct request *r)
{
	for (size_t i = 0; i < r->n_turns; i++) {
		struct turn *t = &r->turns[i];

		if (says_nothing(t) || !request_thinks(r))
			drop_thinking(t);
	}
}

/*
 * The API takes calls in a history only if there are tools, so those that were called are offered.
 */
static int offer_called_tools(struct request *r, const char *param, struct err *err)
{
	for (size_t i = 0; i < r->n_turns; i++)
		for (size_t k = 0; k < r->turns[i].n_parts; k++) {
			const struct part *p = &r->turns[i].parts[k];

			if (p->kind != PART_CALL ||
				tools_find(&r->tools, p->space, p->name) != NULL)
				continue;
			if (r->tools.n == TOOLS_MAX)
				return err_param(err, ERR_INVALID, param,
					"'%s' has calls of more than %d different tools.", param,
					TOOLS_MAX);
			tools_add(&r->tools, p->space, p->name)->schema =
				mem_strdup(TOOL_ANY_SCHEMA);
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

/*
 * Whether the user's last turn is empty and nothing that counts comes after it, or nothing was said
 * at all. Empty turns of the assistant do not count.
 */
static bool asks_nothing(const struct request *r)
{
	size_t n = r->n_turns;

	while (n > 0 && r->turns[n - 1].role == ROLE_ASSISTANT && says_nothing(&r->turns[n - 1]))
		n--;
	if (n == 0)
		return r->n_turns > 0 && r->system.len == 0;
	return says_nothing(&r->turns[n - 1]);
}

/* Adds a user's turn where the last one is not the user's, because the model answers only that. */
static void end_with_user(struct request *r, bool empty)
{
	const char *text = empty ? SETTLE_TOLD_EMPTY : SETTLE_TOLD_CONTINUE;
	bool alone = r->n_turns == 0 && !empty; /* there is a system text and nothing else */

	if (r->n_turns > 0 && r->turns[r->n_turns - 1].role == ROLE_USER)
		return;
	turn_add_text(request_add_turn(r, ROLE_USER), alone ? buf_str(&r->system) : text);
	if (alone)
		buf_clear(&r->system);
}

int settle_request(struct request *r, const char *param, struct err *err)
{
	bool empty = asks_nothing(r);

	tidy_turns(r);
	if (stray_settle(r, param))
		tidy_turns(r);
	drop_idle_thinking(r);
	tidy_turns(r);
	if (r->n_turns == 0 && r->system.len == 0 && !empty && !r->left_out)
		return err_param(err, ERR_INVALID, param,
			"'%s' holds nothing to answer: send a message of the user's.", param);
	end_with_user(r, empty || (r->n_turns == 0 && r->system.len == 0));
	for (size_t i = 0; i < r->n_turns; i++) {
		if (r->turns[i].n_parts > SETTLE_MAX_PARTS)
			return err_param(err, ERR_INVALID, param,
				"A turn of '%s' has more than %d parts.", param, SETTLE_MAX_PARTS);
		put_results_first(&r->turns[i]);
	}
	if (calls_settle(r, param, err) < 0)
		return -1;
	return r->tools.n == 0 ? offer_called_tools(r, param, err) : 0;
}
