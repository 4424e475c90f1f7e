/* Calls of a history and their results: which belong together, and by which ids. */
#include "turn/calls.h"

#include <stdio.h>
#include <string.h>

#include "support/check.h"
#include "turn/settle.h"

/*
 * A conversation in words with a space between: u and a begin a turn, cX is a call with the id
 * X, rX a result, tX a text. The text of a result is its own number among the results.
 */
static void add_word(struct request *req, struct turn **t, const char *word, unsigned number)
{
	struct part *p;

	if (word[1] == '\0') {
		*t = request_add_turn(req, word[0] == 'u' ? ROLE_USER : ROLE_ASSISTANT);
		return;
	}
	if (word[0] == 't') {
		turn_add_text(*t, word + 1);
		return;
	}
	p = turn_add(*t, word[0] == 'c' ? PART_CALL : PART_RESULT);
	p->id = mem_strdup(word + 1);
	if (p->kind == PART_CALL) {
		p->name = mem_strdup("f");
		p->text = mem_strdup("{}");
	} else {
		char text[16];

		snprintf(text, sizeof(text), "%u", number);
		part_add(p, PART_TEXT)->text = mem_strdup(text);
	}
}

static void build(struct request *req, const char *words)
{
	CLEANUP_FREE char *copy = mem_strdup(words);
	struct turn *t = NULL;
	unsigned results = 0;
	char *rest = copy;

	request_init(req);
	for (char *word = strsep(&rest, " "); word != NULL; word = strsep(&rest, " ")) {
		results += word[0] == 'r';
		add_word(req, &t, word, results);
	}
}

/* The same words, a result with its number: r1=2. */
static void describe(struct buf *out, const struct request *req)
{
	for (size_t i = 0; i < req->n_turns; i++) {
		const struct turn *t = &req->turns[i];

		buf_printf(out, "%s%s", i > 0 ? " " : "", t->role == ROLE_USER ? "u" : "a");
		for (size_t k = 0; k < t->n_parts; k++) {
			const struct part *p = &t->parts[k];

			if (p->kind == PART_CALL)
				buf_printf(out, " c%s", p->id);
			else if (p->kind == PART_RESULT)
				buf_printf(out, " r%s=%s", p->id, p->parts[0].text);
			else
				buf_printf(out, " t%s", p->text);
		}
	}
}

static void check_settled(const char *words, const char *want)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf got = BUF_INIT(10000);
	struct err err = {0};

	build(&req, words);
	check(settle_request(&req, "input", &err) == 0, "%s: %s", words, err.message);
	describe(&got, &req);
	check(strcmp(buf_str(&got), want) == 0, "%s: got %s, want %s", words, buf_str(&got), want);
}

TEST(places)
{
	check_settled("u t1 a c1 u r1", "u t1 a c1 u r1=1");
	/* one result a message, as both formats send them */
	check_settled("a c1 c2 u r1 u r2", "a c1 c2 u r1=1 r2=2");
	/* the calls of one answer, an item each */
	check_settled("a t1 a c1 a c2 u r2 u r1", "a t1 c1 c2 u r2=1 r1=2");
	/* results first, in their order */
	check_settled("a c1 c2 u t1 u r1 t2 u r2", "a c1 c2 u r1=1 r2=2 t1 t2");
	/* an empty turn between does not part them */
	check_settled("a c1 a u u r1", "a c1 u r1=1");
}

/* The whole id counts; letters and digits do where a client has rewritten the rest. */
TEST(pairs)
{
	check_settled("a ccall_1 u rcall_1", "a ccall1 u rcall1=1");
	check_settled("a ccall_1 u rcall-1", "a ccall1 u rcall1=1");
	check_settled("a ctoolu_01:A u rtoolu01A", "a ctoolu01A u rtoolu01A=1");
	/* two that differ in punctuation alone */
	check_settled(
		"a ccall-1 ccall_1 u rcall-1 rcall_1", "a ccall1 ccall1x1 u rcall1=1 rcall1x1=2");
	check_settled(
		"a ccall-1 ccall_1 u rcall_1 rcall-1", "a ccall1 ccall1x1 u rcall1x1=1 rcall1=2");
	/* one was rewritten, both were */
	check_settled(
		"a ccall-1 ccall_1 u rcall1 rcall-1", "a ccall1 ccall1x1 u rcall1x1=1 rcall1=2");
	check_settled(
		"a ccall-1 ccall_1 u rcall.1 rcall:1", "a ccall1 ccall1x1 u rcall1=1 rcall1x1=2");
	check_settled("a c1- c1 c1_ u r1_ r1 r1-", "a c1 c1x1 c1x2 u r1x2=1 r1x1=2 r1=3");
	/* neither letters nor digits */
	check_settled("a c_ u r_", "a ccall u rcall=1");
	check_settled("a c- c_ ccall u rcall r_ r-",
		"a ccall ccallx1 ccallx2 u rcallx2=1 rcallx1=2 rcall=3");
	check_settled("a c\xc3\xa9 c\xf0\x9f\x98\x80 u r\xf0\x9f\x98\x80 r\xc3\xa9",
		"a ccall ccallx1 u rcallx1=1 rcall=2");
}

/* The CLI drops what comes with an id that it knows. Those of earlier turns stay as they are. */
TEST(new_ids)
{
	check_settled("a c1 u r1 a c1 u r1", "a c1 u r1=1 a c1x1 u r1x1=2");
	check_settled("a c1 c2 u r1 r2 a c1 u r1 a c3 c1 u r1 r3",
		"a c1 c2 u r1=1 r2=2 a c1x2 u r1x2=3 a c3 c1x4 u r1x4=4 r3=5");
	check_settled("a cc-1 u rc-1 a cc_1 u rc_1", "a cc1 u rc1=1 a cc1x1 u rc1x1=2");
	/* a new id may be one that a later call came with */
	check_settled("a cc u rc a cc u rc a ccx1 u rcx1 a cc u rc",
		"a cc u rc=1 a ccx1 u rcx1=2 a ccx1x2 u rcx1x2=3 a ccx3 u rcx3=4");
}

TEST(refused)
{
	static const struct {
		const char *words, *names;
	} rows[] = {
		{"a c1 c1 u r1", "'1'"},
		{"a c1 a c1 u r1", "'1'"},
		{"a cc-1 cc_1 cc-1 u rc-1 rc_1", "'c-1'"},
		{"a c1 u r1 u r1", "'1'"},
		{"a c1 c2 u r1 r2 r2", "'2'"},
		{"a c1 u t1", "'1'"},
		{"a c1 c2 u r1", "'2'"},
		{"a c1", "'1'"},
		{"u t1 a t2 c1", "'1'"},
		{"a c1 u", "'1'"},
		{"u r7", "'7'"},
		{"u t1 a t2 u r7", "'7'"},
		{"a c1 u r1 r2", "'2'"},
		{"a c1 u r1 r-1", "'-1'"},
		{"a ccall-1 ccall_1 u rcall-1", "'call_1'"},
		{"a c_ u r-", "'_'"},
		{"a c\xc3\xa9 u r\xc3\xa8", "'\xc3\xa9'"},
		{"a c1 u t1 a t2 u r1", "'1'"},
		{"u r1 a c1 u t1", "'1'"},
		{"a c1 u r1 a t1 u r1", "'1'"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err = {0};

		build(&req, rows[i].words);
		check(settle_request(&req, "input", &err) == -1, "%s is taken", rows[i].words);
		check_err(rows[i].words, &err, ERR_INVALID, "input");
		check(strstr(err.message, rows[i].names) != NULL, "%s", err.message);
	}
}

/* Ids that are the same for longer than any that the API is given. */
TEST(long_ids)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf words = BUF_INIT(10000);
	char same[400];
	struct err err = {0};
	const struct turn *calls, *results;

	memset(same, 'a', sizeof(same) - 1);
	same[sizeof(same) - 1] = '\0';
	buf_printf(&words, "a c%s1 c%s2 u r%s-2 r%s1", same, same, same, same);
	build(&req, words.data);
	assert_int_equal(settle_request(&req, "input", &err), 0);
	calls = &req.turns[0];
	results = &req.turns[1];
	assert_string_not_equal(calls->parts[0].id, calls->parts[1].id);
	assert_string_equal(calls->parts[0].id, results->parts[1].id);
	assert_string_equal(calls->parts[1].id, results->parts[0].id);
	assert_true(strlen(calls->parts[0].id) <= 64);
	assert_true(strlen(calls->parts[1].id) <= 64 + sizeof("x1"));
}

/* As many as a turn may have, all of whose ids are the same but for their punctuation. */
TEST(many)
{
	CLEANUP(request_finish) struct request req;
	struct err err = {0};
	struct turn *t;

	request_init(&req);
	for (int role = 0; role < 2; role++) {
		t = request_add_turn(&req, role == 0 ? ROLE_ASSISTANT : ROLE_USER);
		for (int i = 0; i < 4096; i++) {
			char word[20] = "r____________";

			word[0] = role == 0 ? 'c' : 'r';
			for (int bit = 0; bit < 12; bit++)
				word[1 + bit] = (i >> bit & 1) != 0 ? '-' : '_';
			add_word(&req, &t, word, (unsigned)i);
		}
	}
	check(settle_request(&req, "input", &err) == 0, "%s", err.message);
	for (int i = 0; i < 4096; i++)
		assert_string_equal(req.turns[0].parts[i].id, req.turns[1].parts[i].id);
}
