/* Calls and results that are not beside each other. */
#include "turn/stray.h"

#include "support/ask.h"
#include "support/check.h"

/*
 * `word` is one turn, a call or a result a letter: the assistant's calls in the first, third, ...
 * turn, results in the others. A capital is the same id as the small letter and may stand alone.
 */
static void add_turn(struct request *req, const char *word)
{
	enum role role = req->n_turns % 2 == 0 ? ROLE_ASSISTANT : ROLE_USER;
	struct turn *t = request_add_turn(req, role);

	for (; *word != '\0'; word++) {
		struct part *p = turn_add(t, role == ROLE_USER ? PART_RESULT : PART_CALL);
		char id[] = {(char)(*word | 0x20), '\0'};

		p->id = mem_strdup(id);
		if (p->kind == PART_CALL) {
			p->name = mem_strdup("f");
			p->text = mem_strdup("{}");
		}
		if (*word != id[0])
			p->item = p->kind == PART_CALL ? "x_call" : "x_output";
	}
}

static const struct {
	const char *name;
	const char *turns[5];
	bool touched;
	const char *conversation, *ignored;
} rows[] = {
	{"functions alone are not touched", {"a", "b", "c", "a"}, false,
		"assistant [call a f {}]\nuser [result b: ]\nassistant [call c f {}]\n"
		"user [result a: ]\n",
		""},
	{"in their place", {"A", "A"}, true, "assistant [call a f {}]\nuser [result a: ]\n", ""},
	{"moved", {"aB", "b", "c", "ca"}, true,
		"assistant [call a f {}]|[call b f {}]\nuser [result b: ]|[result a: ]\n"
		"assistant [call c f {}]\nuser [result c: ]\n",
		""},
	{"an id that comes again", {"A", "a", "A", "a"}, true,
		"assistant [call a f {}]\nuser [result a: ]\nassistant [call a f {}]\n"
		"user [result a: ]\n",
		""},
	{"the last call before the result", {"A", "", "A", "a"}, true,
		"assistant \nuser \nassistant [call a f {}]\nuser [result a: ]\n", "input.x_call"},
	{"those alone, each type named once", {"ABc", "D", "E", "fG"}, true,
		"assistant [call c f {}]\nuser \nassistant \nuser [result f: ]\n",
		"input.x_call input.x_output"},
	{"a result before its call", {"B", "Ab", "A"}, true,
		"assistant [call b f {}]\nuser [result b: ]\nassistant \n",
		"input.x_output input.x_call"},
};

TEST(rows)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		request_init(&req);
		for (size_t k = 0; rows[i].turns[k] != NULL; k++)
			add_turn(&req, rows[i].turns[k]);
		check(stray_settle(&req, "input") == rows[i].touched, "%s", rows[i].name);
		check_conversation(rows[i].name, &req, rows[i].conversation);
		check_ignored(rows[i].name, &req, rows[i].ignored);
	}
}
