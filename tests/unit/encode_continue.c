/* What a child that has seen all but the last turn is told. */
#include <string.h>

#include "claude/encode.h"
#include "support/ask.h"
#include "support/check.h"

#define SETTINGS(effort, limit)                                                                    \
	"{'type':'control_request','request_id':'flags','request':{'subtype':"                     \
	"'apply_flag_settings','settings':{'effortLevel':" effort ",'env':{"                       \
	"'CLAUDE_CODE_MAX_OUTPUT_TOKENS':'" limit "','CLAUDE_CODE_DISABLE_THINKING':'',"           \
	"'CLAUDE_CODE_EXTRA_BODY':''}}}},"                                                         \
	"{'type':'control_request','request_id':'display','request':{'subtype':"                   \
	"'set_max_thinking_tokens','max_thinking_tokens':null,'thinking_display':'summarized'}}"
#define ASKED(content)                                                                             \
	"{'type':'user','message':{'role':'user','content':[" content "]},"                        \
	"'parent_tool_use_id':null,'session_id':'','client_composed':true}"
#define TEXT(text) "{'type':'text','text':'" text "'}"
#define ANSWERED(id, rpc, content)                                                                 \
	"{'type':'control_response','response':{'subtype':'success','request_id':'" id             \
	"','response':{'mcp_response':{'jsonrpc':'2.0','id':" rpc ",'result':{'content':[" content \
	"],'isError':false}}}}}"

#define TALK                                                                                       \
	"{'role':'system','content':'s'},{'role':'user','content':'u1'},"                          \
	"{'role':'assistant','content':'a1'},{'role':'user','content':'u2'},"                      \
	"{'role':'assistant','content':'a2'},"
#define CALL(id) "{'id':'" id "','type':'function','function':{'name':'f','arguments':'{}'}}"
#define CALLING                                                                                    \
	"{'role':'user','content':'u1'},{'role':'assistant','content':'Let me see.','tool_calls':" \
	"[" CALL("t1") "," CALL("t2") "]},"
#define RESULT(id, content) "{'role':'tool','tool_call_id':'" id "','content':" content "}"

static const struct handoff no_handoff = {.settings = ""};

static void ask_chat(struct request *req, const char *members, const char *messages)
{
	CLEANUP_BUF struct buf body = BUF_INIT(10000);

	buf_printf(&body,
		"{%s'tools':[{'type':'function','function':{'name':'f'}}],'messages':[%s]}",
		members, messages);
	ask(&wire_chat, req, body.data);
}

/* A handoff that says that the settings of the members are in force; its calls are the caller's. */
static struct handoff handoff_of(const char *members)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	struct replay r = {.request = &req};
	struct handoff n = {0};

	ask_chat(&req, members, "{'role':'user','content':'hi'}");
	assert_int_equal(tell_child(&r, 0, &out), 0);
	assert_int_equal(strlen(r.settings), HANDOFF_HASH_SIZE - 1);
	memcpy(n.settings, r.settings, sizeof(n.settings));
	return n;
}

/* All is written in one step. */
static void check_told(
	const char *name, const struct request *req, const struct handoff *n, const char *want)
{
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	struct replay r = {.request = req, .model = "opus", .speaker = "m", .handoff = n};

	assert_false(replay_done(&r));
	check(tell_child(&r, 0, &out) == 0, "%s", name);
	check_json_lines(name, &out, want);
	assert_true(replay_done(&r));
	assert_int_equal(r.asked, 0);
	assert_int_equal(strlen(r.settings), HANDOFF_HASH_SIZE - 1);
	buf_clear(&out);
	assert_int_equal(tell_child(&r, 0, &out), 0);
	assert_int_equal(out.len, 0);
}

TEST(last_turn_alone)
{
	CLEANUP(request_finish) struct request req, first;
	struct handoff n = handoff_of("");

	ask_chat(&req, "",
		TALK "{'role':'user','content':[{'type':'text','text':'u3'},{'type':'image_url',"
		     "'image_url':{'url':'data:image/png;base64,iVBORw0KGgo='}},{'type':'text',"
		     "'text':'\\n@x \\\\'}]}");
	check_told("text and image", &req, &n,
		"[" ASKED(
			TEXT("u3") ",{'type':'image','source':{'type':'base64','media_type':"
				   "'image/png','data':'iVBORw0KGgo='}}," TEXT("\\n@x \\\\")) "]");
	ask_chat(&first, "", "{'role':'assistant','content':'a'},{'role':'user','content':'b'}");
	check_told("the second turn", &first, &n, "[" ASKED(TEXT("b")) "]");
}

TEST(settings)
{
	static const struct {
		const char *before, *now, *want; /* lines of settings, each with its comma */
	} rows[] = {
		{"", "", ""},
		{"'max_tokens':5,", "'max_completion_tokens':5,", ""},
		{"'max_tokens':5,'reasoning_effort':'low',",
			"'reasoning_effort':'low','max_tokens':5,", ""},
		/* what has no effect, or is not the model's */
		{"", "'temperature':0.5,", ""},
		{"'stream':true,", "'user':'x','model':'y',", ""},
		{"", "'max_tokens':77,", SETTINGS("null", "77") ","},
		{"'max_tokens':77,", "'max_tokens':78,", SETTINGS("null", "78") ","},
		{"", "'reasoning_effort':'high',", SETTINGS("'high'", "") ","},
		/* also those that are as usual: the others are in force */
		{"'max_tokens':77,", "", SETTINGS("null", "") ","},
		{"'stop':'END',", "", SETTINGS("null", "") ","},
		{"'tool_choice':'required',", "", SETTINGS("null", "") ","},
		{"'parallel_tool_calls':false,", "", SETTINGS("null", "") ","},
		{"'reasoning_effort':'none','temperature':0,", "", SETTINGS("null", "") ","},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf want = BUF_INIT(10000);
		CLEANUP_BUF struct buf name = BUF_INIT(1000);
		struct handoff n = handoff_of(rows[i].before);

		ask_chat(&req, rows[i].now, TALK "{'role':'user','content':'u3'}");
		buf_printf(&name, "%s then %s", rows[i].before, rows[i].now);
		buf_printf(&want, "[%s%s]", rows[i].want, ASKED(TEXT("u3")));
		check_told(name.data, &req, &n, want.data);
	}
}

/* A handoff of no settings, as of another release, has none in force that are known. */
TEST(unknown_settings)
{
	CLEANUP(request_finish) struct request req;
	struct handoff other = {.settings = "0123456789abcdef0123456789abcdef"};

	ask_chat(&req, "", TALK "{'role':'user','content':'u3'}");
	check_told("none", &req, &no_handoff, "[" SETTINGS("null", "") "," ASKED(TEXT("u3")) "]");
	check_told("others", &req, &other, "[" SETTINGS("null", "") "," ASKED(TEXT("u3")) "]");
}

/* Each kind of setting gives another hash, whichever child it is said to. */
TEST(hashes)
{
	static const char *const members[] = {"", "'max_tokens':5,", "'max_tokens':6,",
		"'reasoning_effort':'low',", "'reasoning_effort':'none',", "'stop':'a',",
		"'stop':['a','b'],", "'tool_choice':'none',", "'tool_choice':'required',",
		"'parallel_tool_calls':false,", "'reasoning_effort':'none','temperature':0,",
		"'reasoning_effort':'none','top_p':0.5,"};

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf out = BUF_INIT(10000);
		struct replay r = {.request = &req, .handoff = &no_handoff};
		struct handoff n = handoff_of(members[i]);

		ask_chat(&req, members[i], TALK "{'role':'user','content':'u3'}");
		assert_int_equal(tell_child(&r, 0, &out), 0);
		check(strcmp(r.settings, n.settings) == 0, "%s: %s, %s", members[i], r.settings,
			n.settings);
		for (size_t k = 0; k < i; k++) {
			struct handoff other = handoff_of(members[k]);

			check(strcmp(other.settings, n.settings) != 0, "%s and %s", members[i],
				members[k]);
		}
	}
}

static char r1[] = "r1", r2[] = "r \"2\"\n", rpc1[] = "1", rpc2[] = "\"x\\n\"";
static struct mcp_call questions[] = {
	{.request_id = r1, .rpc_id = rpc1}, {.request_id = r2, .rpc_id = rpc2}};

static struct handoff handoff_of_calls(const char *members, size_t n_calls)
{
	struct handoff n = handoff_of(members);

	n.calls.list = questions;
	n.calls.n = n_calls;
	return n;
}

#define R2_IS(content) ANSWERED("r \\'2\\'\\n", "'x\\n'", content)

TEST(results)
{
	static const struct {
		const char *results, *want;
	} rows[] = {
		{RESULT("t1", "'one'") "," RESULT("t2", "'two'"),
			ANSWERED("r1", "1", TEXT("one")) "," R2_IS(TEXT("two"))},
		/* in the client's order */
		{RESULT("t2", "'two'") "," RESULT("t1", "'one'"),
			R2_IS(TEXT("two")) "," ANSWERED("r1", "1", TEXT("one"))},
		{RESULT("t1", "[" TEXT("a") "," TEXT("b") "]") "," RESULT("t2", "'c'"),
			ANSWERED("r1", "1", TEXT("a") "," TEXT("b")) "," R2_IS(TEXT("c"))},
		/* a result is data, and stays on its line */
		{RESULT("t1", "'\\'}\\r\\n{\\u0001\\\\u0041'") "," RESULT(
			 "t2", "'\xe2\x80\xa8\xf0\x9f\x98\x80'"),
			ANSWERED("r1", "1", TEXT("\\'}\\r\\n{\\u0001\\\\u0041")) "," R2_IS(
				TEXT("\xe2\x80\xa8\xf0\x9f\x98\x80"))},
	};
	struct handoff n = handoff_of_calls("", 2);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf messages = BUF_INIT(10000);
		CLEANUP_BUF struct buf want = BUF_INIT(10000);

		buf_printf(&messages, "%s%s", CALLING, rows[i].results);
		buf_printf(&want, "[%s]", rows[i].want);
		ask_chat(&req, "", messages.data);
		check_told(rows[i].results, &req, &n, want.data);
	}
}

TEST(settings_before_results)
{
	CLEANUP(request_finish) struct request req;
	struct handoff n = handoff_of_calls("'stop':'END',", 2);

	ask_chat(&req, "'max_tokens':9,", CALLING RESULT("t1", "'one'") "," RESULT("t2", "'two'"));
	check_told("results", &req, &n,
		"[" SETTINGS("null", "9") "," ANSWERED("r1", "1", TEXT("one")) "," R2_IS(
			TEXT("two")) "]");
}

/* Only the calls of the turn before the last are asked for, those of the history are not. */
TEST(calls_of_the_history)
{
	CLEANUP(request_finish) struct request req;
	struct handoff n = handoff_of_calls("", 2);

	ask_chat(&req, "",
		CALLING RESULT("t1", "'old'") "," RESULT(
			"t2", "'old'") ","
				       "{'role':'assistant','tool_calls':[" CALL("t2") "," CALL(
					       "t3") "]}," RESULT("t2", "'three'") "," RESULT("t3",
					       "'four'"));
	check_told("results", &req, &n,
		"[" ANSWERED("r1", "1", TEXT("three")) "," R2_IS(TEXT("four")) "]");
}

TEST(note_of_another_turn)
{
	static const char *const messages[] = {
		CALLING RESULT("t1", "'one'") "," RESULT("t2", "'two'"),
		CALLING RESULT("t2", "'two'") "," RESULT("t1", "'one'"),
	};
	struct handoff n = handoff_of_calls("", 1);

	for (size_t i = 0; i < ARRAY_LEN(messages); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf out = BUF_INIT(10000);
		struct replay r = {.request = &req, .handoff = &n};

		ask_chat(&req, "", messages[i]);
		assert_int_equal(tell_child(&r, 0, &out), -1);
		assert_false(replay_done(&r));
	}
}

/* A buffer that is one byte too small is noticed, whichever line it ends in. */
static void check_full(const char *messages, const struct handoff *n)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf whole = BUF_INIT(10000);
	struct replay r = {.request = &req, .handoff = n};

	ask_chat(&req, "", messages);
	assert_int_equal(tell_child(&r, 0, &whole), 0);
	for (size_t max = 0; max <= whole.len; max++) {
		CLEANUP_BUF struct buf out = BUF_INIT(max);
		struct replay again = {.request = &req, .handoff = n};

		check(tell_child(&again, 0, &out) == (max < whole.len ? -1 : 0), "%zu bytes", max);
	}
}

TEST(full)
{
	struct handoff n = handoff_of_calls("'max_tokens':5,", 2);

	check_full(TALK "{'role':'user','content':'u3'}", &no_handoff);
	check_full(CALLING RESULT("t1", "'one'") "," RESULT("t2", "'two'"), &n);
}
