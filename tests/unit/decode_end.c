/* How a child's talk ends, and what the decoder tells beside the events. */
#include "claude/decode.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/describe.h"
#include "support/grammar.h"

struct heard {
	struct decode decode;
	struct grammar grammar;
	struct buf events;
	struct err fail;
};

static void hear(void *arg, const struct event *ev)
{
	struct heard *h = arg;

	grammar_see(&h->grammar, ev);
	describe_event(&h->events, ev);
	if (ev->kind == EVENT_FAIL)
		h->fail = *ev->fail;
}

static struct heard *begin(void)
{
	struct heard *h = mem_alloc(sizeof(*h));

	buf_init(&h->events, 100000);
	decode_init(&h->decode, hear, h);
	return h;
}

static void feed(struct heard *h, const char *quoted)
{
	CLEANUP_FREE char *text = json_quote(quoted);

	decode_feed(&h->decode, text, strlen(text));
}

/* The child ended: what a worker makes of that. */
static void die(struct heard *h)
{
	struct err err;

	err_set(&err, ERR_TIMEOUT, "The caller's own reason.");
	decode_fail(&h->decode, &err);
}

static void end(struct heard *h, const char *events)
{
	assert_string_equal(buf_str(&h->events), events);
	check(grammar_fault(&h->grammar) == NULL, "%s", grammar_fault(&h->grammar));
	decode_finish(&h->decode);
	decode_finish(&h->decode);
	buf_finish(&h->events);
	free(h);
}

#define INIT                                                                                       \
	"{'type':'system','subtype':'init','tools':[],'mcp_servers':[],'slash_commands':[],"       \
	"'claude_code_version':'2.1.330'}\n"
#define EVENT(members) "{'type':'stream_event','event':{" members "}}\n"
#define START_TEXT                                                                                 \
	EVENT("'type':'message_start','message':{'model':'m1','usage':{'input_tokens':5}}")        \
	EVENT("'type':'content_block_start','index':0,'content_block':{'type':'text','text':''}")  \
	EVENT("'type':'content_block_delta','index':0,'delta':{'type':'text_delta','text':'hi'}")
#define CLOSED                                                                                     \
	EVENT("'type':'content_block_stop','index':0")                                             \
	EVENT("'type':'message_delta','delta':{'stop_reason':'end_turn'},"                         \
	      "'usage':{'output_tokens':7}")                                                       \
	EVENT("'type':'message_stop'")
#define ERROR_LINE(name, text)                                                                     \
	"{'type':'assistant','message':{'model':'<synthetic>','content':[{'type':'text','text':"   \
	"'" text "'}]},'error':'" name "','is_api_error_message':true}\n"

static void test_death(void **state)
{
	static const char *const said[] = {"", "{'type':'sys", INIT, INIT START_TEXT};
	static const char *const events[] = {"fail timeout\n", "fail timeout\n", "fail timeout\n",
		"start m1\nopen text\ntext hi\nfail timeout\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct heard *h = begin();

		feed(h, said[i]);
		die(h);
		assert_true(decode_over(&h->decode));
		assert_string_equal(h->fail.message, "The caller's own reason.");
		die(h);
		feed(h, "\n" INIT START_TEXT);
		end(h, events[i]);
	}
}

static void test_death_after_the_end(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, INIT START_TEXT CLOSED);
	die(h);
	end(h, "start m1\nopen text\ntext hi\nclose\nusage 5/0/0/7/0\nstop end\n");
}

/* What the child said of an error is nearer to the cause than that it ended. */
static void test_error_line_then_death(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, INIT ERROR_LINE("rate_limit", "API Error: slow down"));
	assert_false(decode_over(&h->decode));
	die(h);
	assert_string_equal(h->fail.message, "API Error: slow down");
	end(h, "fail rate_limit\n");
}

/* The CLI closes an answer that an error cut off as if it were whole. */
static void test_error_line_in_the_middle(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, INIT START_TEXT ERROR_LINE("overloaded", "API Error: Overloaded") CLOSED);
	assert_false(decode_over(&h->decode));
	feed(h, "{'type':'result','is_error':true,'num_turns':1,'subtype':'success'}\n");
	assert_string_equal(h->fail.message, "API Error: Overloaded");
	end(h, "start m1\nopen text\ntext hi\nfail overloaded\n");
}

static void test_result_alone(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, INIT "{'type':'result','is_error':true,'num_turns':1,'api_error_status':529,"
		     "'result':'API Error: full'}\n");
	assert_string_equal(h->fail.message, "API Error: full");
	end(h, "fail overloaded\n");
}

static void test_acknowledgements(void **state)
{
	struct heard *h = begin();

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(h->decode.acks, i);
		feed(h, INIT "{'type':'result','is_error':false,'num_turns':0,'result':''}\n");
	}
	assert_int_equal(h->decode.acks, 3);
	feed(h, INIT START_TEXT CLOSED);
	end(h, "start m1\nopen text\ntext hi\nclose\nusage 5/0/0/7/0\nstop end\n");
}

#define RESPONSE(members) "{'type':'control_response','response':{" members "}}\n"

static void test_ready(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, RESPONSE("'subtype':'success','request_id':'model','response':{'model':'m'}"));
	assert_false(h->decode.ready);
	feed(h, RESPONSE("'subtype':'success','request_id':'init','response':{'models':["
			 "{'value':'default'},{'value':'opus','resolvedModel':'x'},{},5,"
			 "{'value':'haiku'},{'value':'opus'},{'value':null}]}"));
	assert_true(h->decode.ready);
	assert_int_equal(h->decode.models.n, 2);
	assert_string_equal(h->decode.models.name[0], "opus");
	assert_string_equal(h->decode.models.name[1], "haiku");
	die(h);
	end(h, "fail timeout\n");
}

static void test_ready_without_models(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, RESPONSE("'subtype':'success','request_id':'init'"));
	assert_true(h->decode.ready);
	assert_int_equal(h->decode.models.n, 0);
	die(h);
	end(h, "fail timeout\n");
}

static void test_setup_refused(void **state)
{
	static const struct {
		const char *line, *events;
	} rows[] = {
		{RESPONSE("'subtype':'error','request_id':'model','error':'no such model'"),
			"fail model\n"},
		{RESPONSE("'subtype':'error','request_id':'init','error':'no such model'"),
			"fail upstream\n"},
		{RESPONSE("'request_id':'init','error':'no such model'"), "fail upstream\n"},
		{RESPONSE("'subtype':'success','error':'no such model'"), "fail upstream\n"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct heard *h = begin();

		feed(h, rows[i].line);
		check(strstr(h->fail.message, "no such model") != NULL, "%s", h->fail.message);
		end(h, rows[i].events);
	}
}

/* The CLI need not say why. */
static void test_setup_refused_silently(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, RESPONSE("'subtype':'error','request_id':'init'"));
	end(h, "fail upstream\n");
}

/* Who runs the proxy must read there what is installed, and what to do. */
static void test_old_cli(void **state)
{
	struct heard *h = begin();

	(void)state;
	feed(h, "{'type':'system','subtype':'init','tools':[],'mcp_servers':[],'slash_commands':[],"
		"'claude_code_version':'2.1.240'}\n");
	assert_non_null(strstr(h->fail.message, "2.1.240"));
	assert_non_null(strstr(h->fail.message, "2.1.260"));
	assert_non_null(strstr(h->fail.message, "npm install"));
	end(h, "fail internal\n");
}

/* A line may be as long as its maximum and no longer, however it comes. */
static void test_long_lines(void **state)
{
	const size_t step = 65536;
	CLEANUP_FREE char *part = mem_alloc(step);

	(void)state;
	memset(part, ' ', step);
	for (size_t extra = 0; extra < 2; extra++) {
		struct heard *h = begin();

		feed(h, "{");
		for (size_t n = 1; n + step <= DECODE_MAX_LINE; n += step)
			decode_feed(&h->decode, part, step);
		decode_feed(&h->decode, part, step - 2 + extra);
		feed(h, "}");
		check(decode_over(&h->decode) == (extra > 0), "%zu too many", extra);
		feed(h, "\n" INIT START_TEXT CLOSED);
		end(h, extra > 0 ? "fail upstream\n"
				 : "start m1\nopen text\ntext hi\nclose\nusage 5/0/0/7/0\nstop "
				   "end\n");
	}
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* A good stream with a few bytes changed: whatever it means, its events keep the grammar. */
static void test_damaged_streams(void **state)
{
	CLEANUP_FREE char *good = json_quote(INIT START_TEXT CLOSED);
	size_t n = strlen(good);
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		CLEANUP_FREE char *bad = mem_strdup(good);
		struct heard *h = begin();

		for (unsigned times = 1 + next_random(&seed) % 3; times > 0; times--)
			bad[next_random(&seed) % n] = (char)next_random(&seed);
		decode_feed(&h->decode, bad, n);
		die(h);
		check(grammar_fault(&h->grammar) == NULL, "%s: %s", grammar_fault(&h->grammar),
			bad);
		decode_finish(&h->decode);
		buf_finish(&h->events);
		free(h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_death),
		cmocka_unit_test(test_death_after_the_end),
		cmocka_unit_test(test_error_line_then_death),
		cmocka_unit_test(test_error_line_in_the_middle),
		cmocka_unit_test(test_result_alone),
		cmocka_unit_test(test_acknowledgements),
		cmocka_unit_test(test_ready),
		cmocka_unit_test(test_ready_without_models),
		cmocka_unit_test(test_setup_refused),
		cmocka_unit_test(test_setup_refused_silently),
		cmocka_unit_test(test_old_cli),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_damaged_streams),
	};

	return cmocka_run_group_tests_name("decode_end", tests, NULL, NULL);
}
