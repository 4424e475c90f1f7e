#include "turn/settle.h"

#include <stdio.h>
#include <string.h>

#include "support/ask.h"
#include "support/check.h"

/* What a request is put together from: s for system, u for user, a for assistant. */
struct piece {
	char role;
	const char *texts[4];
};

static void add(struct request *req, const struct piece *piece)
{
	struct err err;
	struct turn *t;

	if (piece->role == 's') {
		for (size_t i = 0; piece->texts[i] != NULL; i++)
			assert_int_equal(request_add_system(req, piece->texts[i], &err), 0);
		return;
	}
	t = request_add_turn(req, piece->role == 'u' ? ROLE_USER : ROLE_ASSISTANT);
	for (size_t i = 0; piece->texts[i] != NULL; i++)
		turn_add_text(t, piece->texts[i]);
}

struct row {
	struct piece pieces[7];
	const char *settled; /* NULL: refused */
};

#define CONTINUE "user " SETTLE_TOLD_CONTINUE "\n"
#define EMPTY    "user " SETTLE_TOLD_EMPTY "\n"

static const struct row rows[] = {
	{{{'u', {"hi"}}}, "user hi\n"},
	{{{'u', {"a", "b"}}}, "user a|b\n"},
	{{{'u', {"a", " \t\r\n"}}}, "user a\n"},
	{{{'u', {" a\n"}}}, "user  a\n\n"},
	{{{'s', {"one"}}, {'u', {"hi"}}, {'s', {"two"}}}, "system one\n\ntwo\nuser hi\n"},
	{{{'s', {"", " "}}, {'u', {"hi"}}}, "user hi\n"},
	{{{'u', {"a"}}, {'u', {"b", "c"}}}, "user a|b|c\n"},
	{{{'u', {"a"}}, {'a', {"b"}}, {'a', {"c"}}, {'u', {"d"}}},
		"user a\nassistant b|c\nuser d\n"},
	{{{'u', {"a"}}, {'a', {0}}, {'u', {"b"}}}, "user a|b\n"},
	{{{'a', {"a"}}, {'u', {"b"}}}, "assistant a\nuser b\n"},
	{{{'u', {"a"}}, {'u', {0}}}, "user a\n"},
	{{{'s', {"all"}}}, "user all\n"},
	{{{'s', {"all"}}, {'a', {""}}}, "user all\n"},
	{{{0}}, NULL},
	{{{'s', {" "}}}, NULL},
	/* the user's last word is missing */
	{{{'a', {"a"}}}, "assistant a\n" CONTINUE},
	{{{'u', {"a"}}, {'a', {"b"}}}, "user a\nassistant b\n" CONTINUE},
	{{{'u', {"a"}}, {'a', {"b"}}, {'a', {""}}}, "user a\nassistant b\n" CONTINUE},
	{{{'u', {"a"}}, {'u', {""}}, {'a', {"b"}}}, "user a\nassistant b\n" CONTINUE},
	/* or is no word */
	{{{'u', {" "}}}, EMPTY},
	{{{'u', {0}}}, EMPTY},
	{{{'u', {"", "\xc2\xa0", "\xe3\x80\x80\xe2\x80\x89\n"}}}, EMPTY},
	{{{'u', {"a\xc2\xa0", "\xc2\xa0"}}}, "user a\xc2\xa0\n"},
	{{{'a', {""}}}, EMPTY},
	{{{'s', {"all"}}, {'u', {""}}}, "system all\n" EMPTY},
	{{{'s', {"\xc2\xa0"}}, {'u', {""}}}, EMPTY},
	{{{'u', {"a"}}, {'a', {"b"}}, {'u', {"\n"}}}, "user a\nassistant b\n" EMPTY},
	{{{'u', {"a"}}, {'a', {"b"}}, {'u', {0}}, {'a', {0}}}, "user a\nassistant b\n" EMPTY},
	{{{'u', {""}}, {'a', {"b"}}, {'u', {""}}}, "assistant b\n" EMPTY},
};

TEST(settle)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err = {0};
		int result;

		request_init(&req);
		for (const struct piece *p = rows[i].pieces; p->role != 0; p++)
			add(&req, p);
		result = settle_request(&req, "messages", &err);
		if (rows[i].settled == NULL) {
			check(result == -1, "row %zu is taken", i);
			check_err("refused", &err, ERR_INVALID, "messages");
			continue;
		}
		check(result == 0, "row %zu: %s", i, err.message);
		check_conversation("settled", &req, rows[i].settled);
	}
}

TEST(texts_are_copied)
{
	CLEANUP(request_finish) struct request req;
	char text[] = "mine";

	request_init(&req);
	turn_add_text(request_add_turn(&req, ROLE_USER), text);
	text[0] = 'X';
	assert_string_equal(req.turns[0].parts[0].text, "mine");
}

TEST(finish)
{
	struct request req;
	struct part *p;
	struct err err;

	request_init(&req);
	request_add_system(&req, "s", &err);
	turn_add_text(request_add_turn(&req, ROLE_USER), "u");
	req.model = mem_strdup("m");
	req.schema = mem_strdup("{}");
	req.echo = mem_strdup("{}");
	req.stops[req.n_stops++] = mem_strdup("END");
	tools_add(&req.tools, "space", "f")->schema = mem_strdup("{}");
	p = turn_add(&req.turns[0], PART_RESULT);
	p->id = mem_strdup("1");
	part_add(p, PART_IMAGE)->text = mem_strdup("x");
	request_finish(&req);
	request_finish(&req);
	assert_int_equal(req.n_turns, 0);
	assert_null(req.turns);
	assert_null(req.model);
}

/*
 * Turns with calls: u and a begin one, then c1 a call and r1 a result, with what stands after
 * the letter as their id. Each word has a space after it.
 */
static void build(struct request *req, const char *words)
{
	struct turn *t = NULL;

	for (; *words != '\0'; words += words[1] == ' ' ? 2 : 3) {
		char id[2] = {words[1], '\0'};
		struct part *p;

		if (words[0] == 'u' || words[0] == 'a') {
			t = request_add_turn(req, words[0] == 'u' ? ROLE_USER : ROLE_ASSISTANT);
			continue;
		}
		p = turn_add(t, words[0] == 'c' ? PART_CALL : PART_RESULT);
		p->id = mem_strdup(id);
		if (p->kind == PART_CALL) {
			p->name = mem_strdup("f");
			p->text = mem_strdup("{}");
		}
	}
}

/* The API takes calls in a history only beside tools, but these are not to be used. */
TEST(called_tools_are_offered)
{
	CLEANUP(request_finish) struct request none, some;
	struct err err = {0};

	request_init(&none);
	build(&none, "a c1 c2 u r1 r2 ");
	assert_int_equal(settle_request(&none, "input", &err), 0);
	check_tools(
		"none offered", &none, "f as f {'type':'object','properties':{}}\nchoose none\n");
	request_init(&some);
	tools_add(&some.tools, NULL, "g")->schema = mem_strdup("{}");
	build(&some, "a c1 u r1 ");
	assert_int_equal(settle_request(&some, "input", &err), 0);
	check_tools("one offered", &some, "g as g {}\nchoose auto\n");
}

static void add_called_tool(struct request *req, int number)
{
	struct part *call = turn_add(request_add_turn(req, ROLE_ASSISTANT), PART_CALL);
	char name[16];

	snprintf(name, sizeof(name), "f%d", number);
	call->name = mem_strdup(name);
	call->id = mem_strdup("1");
	call->text = mem_strdup("{}");
	turn_add(request_add_turn(req, ROLE_USER), PART_RESULT)->id = mem_strdup("1");
}

/* No more of them are offered than could be declared. */
TEST(called_tools_are_limited)
{
	for (int n = TOOLS_MAX; n <= TOOLS_MAX + 1; n++) {
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		request_init(&req);
		for (int i = 0; i < n; i++)
			add_called_tool(&req, i);
		check((settle_request(&req, "input", &err) == 0) == (n == TOOLS_MAX), "%d: %s", n,
			err.message);
		if (n > TOOLS_MAX)
			check_err("many", &err, ERR_INVALID, "input");
	}
}

/* Thinking that led to nothing the client kept is no turn of its own. */
TEST(lone_thinking)
{
	CLEANUP(request_finish) struct request req;
	struct turn *t;
	struct part *p;
	struct err err = {0};

	request_init(&req);
	turn_add_text(request_add_turn(&req, ROLE_USER), "a");
	for (int i = 0; i < 2; i++) {
		t = request_add_turn(&req, ROLE_ASSISTANT);
		p = turn_add(t, PART_THINKING);
		p->text = mem_strdup("hm");
		p->signature = mem_strdup("s");
	}
	turn_add_text(request_add_turn(&req, ROLE_USER), "b");
	assert_int_equal(settle_request(&req, "input", &err), 0);
	check_conversation("lone thinking", &req, "user a|b\n");
}

/* Thinking after an empty question hides it no more than it answers a question. */
TEST(thinking_at_the_end)
{
	static const struct {
		const char *asked, *settled;
	} ends[] = {{"", EMPTY}, {"a", "user a\n"}};

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		CLEANUP(request_finish) struct request req;
		struct part *p;
		struct err err = {0};

		request_init(&req);
		turn_add_text(request_add_turn(&req, ROLE_USER), ends[i].asked);
		p = turn_add(request_add_turn(&req, ROLE_ASSISTANT), PART_THINKING);
		p->text = mem_strdup("hm");
		p->signature = mem_strdup("s");
		assert_int_equal(settle_request(&req, "input", &err), 0);
		check_conversation("thinking last", &req, ends[i].settled);
	}
}

TEST(thinks)
{
	static const struct {
		enum effort effort;
		enum tool_choice choice;
		bool thinks;
	} wishes[] = {
		{EFFORT_DEFAULT, TOOL_CHOICE_AUTO, true},
		{EFFORT_LOW, TOOL_CHOICE_NONE, true},
		{EFFORT_MAX, TOOL_CHOICE_AUTO, true},
		{EFFORT_NONE, TOOL_CHOICE_AUTO, false},
		{EFFORT_DEFAULT, TOOL_CHOICE_ANY, false},
		{EFFORT_HIGH, TOOL_CHOICE_ONE, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
		struct request req = {
			.effort = wishes[i].effort, .tools = {.choice = wishes[i].choice}};

		check(request_thinks(&req) == wishes[i].thinks, "row %zu", i);
	}
}
