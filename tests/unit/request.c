#include "wire/request.h"

#include "support/check.h"
#include "support/describe.h"

/* What a request is put together from: s for system, u for user, a for assistant. */
struct piece {
	char role;
	const char *texts[3];
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
	{{{'s', {"all"}}, {'u', {""}}}, "user all\n"},
	{{{0}}, NULL},
	{{{'u', {" "}}}, NULL},
	{{{'u', {"a"}}, {'a', {"b"}}}, NULL},
	{{{'u', {"a"}}, {'a', {"b"}}, {'u', {"\n"}}}, NULL},
};

static void test_settle(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf text = BUF_INIT(1000);
		struct err err = {0};
		int result;

		request_init(&req);
		for (const struct piece *p = rows[i].pieces; p->role != 0; p++)
			add(&req, p);
		result = request_settle(&req, "messages", &err);
		if (rows[i].settled == NULL) {
			check(result == -1, "row %zu is taken", i);
			check_err("refused", &err, ERR_INVALID, "messages");
			continue;
		}
		check(result == 0, "row %zu: %s", i, err.message);
		describe_request(&text, &req);
		assert_string_equal(buf_str(&text), rows[i].settled);
	}
}

static void test_texts_are_copied(void **state)
{
	CLEANUP(request_finish) struct request req;
	char text[] = "mine";

	(void)state;
	request_init(&req);
	turn_add_text(request_add_turn(&req, ROLE_USER), text);
	text[0] = 'X';
	assert_string_equal(req.turns[0].texts[0], "mine");
}

static void test_finish(void **state)
{
	struct request req;
	struct err err;

	(void)state;
	request_init(&req);
	request_add_system(&req, "s", &err);
	turn_add_text(request_add_turn(&req, ROLE_USER), "u");
	req.model = mem_strdup("m");
	req.instructions = mem_strdup("i");
	req.metadata = mem_strdup("{}");
	request_finish(&req);
	request_finish(&req);
	assert_int_equal(req.n_turns, 0);
	assert_null(req.turns);
	assert_null(req.model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settle),
		cmocka_unit_test(test_texts_are_copied),
		cmocka_unit_test(test_finish),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
