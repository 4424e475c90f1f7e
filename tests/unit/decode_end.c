/* How a child's talk ends, and what the decoder tells beside the events. */
#include "claude/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "claude/line.h"
#include "support/check.h"
#include "support/hear.h"
#include "support/lines.h"

#define START_TEXT START_0 OPEN_TEXT SAY("hi")
#define CLOSED     CLOSE END
#define ERROR_LINE(name, text)                                                                     \
	"{'type':'assistant','message':{'model':'<synthetic>','content':[{'type':'text','text':"   \
	"'" text "'}]},'error':'" name "','is_api_error_message':true}\n"

TEST(death)
{
	static const char *const said[] = {"", "{'type':'sys", INIT, INIT START_TEXT};
	static const char *const events[] = {"fail timeout\n", "fail timeout\n", "fail timeout\n",
		"start m1\nopen text\ntext hi\nfail timeout\n"};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		struct heard *h = hear_begin(NULL);

		hear_lines(h, said[i]);
		hear_death(h);
		assert_true(decode_over(&h->decode));
		assert_string_equal(h->fail.message, "The caller's own reason.");
		hear_death(h);
		hear_lines(h, "\n" INIT START_TEXT);
		hear_end(h, events[i]);
	}
}

TEST(death_after_the_end)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h, INIT START_TEXT CLOSED);
	hear_death(h);
	hear_end(h, "start m1\nopen text\ntext hi\nclose\nusage 5/0/0/7/0\nstop end\n");
}

/* A last line counts without its newline, but not without any other byte. */
TEST(death_without_a_newline)
{
	static const char lines[] = INIT START_TEXT CLOSED;
	const size_t whole = strlen(lines) - 1, before = strlen(lines) - strlen(STOP);

	for (size_t n = before; n <= whole; n++) {
		struct heard *h = hear_begin(NULL);
		char text[sizeof(lines)];

		snprintf(text, sizeof(text), "%.*s", (int)n, lines);
		hear_lines(h, text);
		assert_false(decode_over(&h->decode));
		decode_end(&h->decode);
		hear_death(h);
		hear_end(h, n == whole ? SPOKEN_EVENTS "close\n" ENDED
				       : SPOKEN_EVENTS "close\nfail timeout\n");
	}
}

/* What the child said of an error is nearer to the cause than that it ended. */
TEST(error_line_then_death)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h, INIT ERROR_LINE("rate_limit", "API Error: slow down"));
	assert_false(decode_over(&h->decode));
	hear_death(h);
	assert_string_equal(h->fail.message, "API Error: slow down");
	hear_end(h, "fail rate_limit\n");
}

/* The CLI closes an answer that an error cut off as if it were whole. */
TEST(error_line_in_the_middle)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h, INIT START_TEXT ERROR_LINE("overloaded", "API Error: Overloaded") CLOSED);
	assert_false(decode_over(&h->decode));
	hear_lines(h, "{'type':'result','is_error':true,'num_turns':1,'subtype':'success'}\n");
	assert_string_equal(h->fail.message, "API Error: Overloaded");
	hear_end(h, "start m1\nopen text\ntext hi\nfail overloaded\n");
}

TEST(result_alone)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h, INIT "{'type':'result','is_error':true,'num_turns':1,'api_error_status':529,"
			   "'result':'API Error: full'}\n");
	assert_string_equal(h->fail.message, "API Error: full");
	hear_end(h, "fail overloaded\n");
}

TEST(acknowledgements)
{
	struct heard *h = hear_begin(NULL);

	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(h->decode.acks, i);
		hear_lines(
			h, INIT "{'type':'result','is_error':false,'num_turns':0,'result':''}\n");
	}
	assert_int_equal(h->decode.acks, 3);
	hear_lines(h, INIT START_TEXT CLOSED);
	hear_end(h, "start m1\nopen text\ntext hi\nclose\nusage 5/0/0/7/0\nstop end\n");
}

#define RESPONSE(members) "{'type':'control_response','response':{" members "}}\n"

TEST(ready)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(
		h, RESPONSE("'subtype':'success','request_id':'model','response':{'model':'m'}"));
	assert_false(decode_ready(&h->decode));
	hear_lines(h, RESPONSE("'subtype':'success','request_id':'init','response':{'models':["
			       "{'value':'default'},{'value':'opus','resolvedModel':'x'},{},5,"
			       "{'value':'haiku'},{'value':'opus'},{'value':null}]}"));
	assert_true(decode_ready(&h->decode));
	assert_int_equal(h->decode.about.models.n, 2);
	assert_string_equal(h->decode.about.models.name[0], "opus");
	assert_string_equal(h->decode.about.models.name[1], "haiku");
	assert_string_equal(h->decode.about.models.id[0], "x");
	assert_string_equal(h->decode.about.models.id[1], "");
	hear_death(h);
	hear_end(h, "fail timeout\n");
}

/* Each way of logging in leaves another member; what says nothing of an account says nothing. */
TEST(login)
{
	static const struct {
		const char *response;
		enum login login;
	} rows[] = {
		{"{}", LOGIN_UNKNOWN},
		{"{'account':{}}", LOGIN_UNKNOWN},
		{"{'account':{'tokenSource':'none'}}", LOGIN_NONE},
		{"{'account':{'tokenSource':'none','apiProvider':'firstParty'}}", LOGIN_NONE},
		{"{'account':{'tokenSource':'none','apiKeySource':'none'}}", LOGIN_NONE},
		{"{'account':{'tokenSource':'CLAUDE_CODE_OAUTH_TOKEN'}}", LOGIN_TOKEN},
		{"{'account':{'tokenSource':'ANTHROPIC_AUTH_TOKEN'}}", LOGIN_TOKEN},
		{"{'account':{'tokenSource':'none','apiKeySource':'ANTHROPIC_API_KEY'}}",
			LOGIN_KEY},
		{"{'account':{'tokenSource':'claude.ai','apiKeySource':'ANTHROPIC_API_KEY'}}",
			LOGIN_KEY},
		{"{'account':{'email':'a@example.org'}}", LOGIN_CLAUDE_AI},
		{"{'account':{'tokenSource':'claude.ai'}}", LOGIN_CLAUDE_AI},
		{"{'account':{'subscriptionType':'Claude Max','apiProvider':'firstParty'}}",
			LOGIN_CLAUDE_AI},
		{"{'account':{'apiProvider':'bedrock'}}", LOGIN_BEDROCK},
		{"{'account':{'tokenSource':'none','apiProvider':'vertex'}}", LOGIN_VERTEX},
		{"{'account':{'apiProvider':'foundry'}}", LOGIN_FOUNDRY},
		{"{'account':{'apiProvider':'moonbase'}}", LOGIN_OTHER},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct heard *h = hear_begin(NULL);
		char line[300];

		snprintf(line, sizeof(line),
			RESPONSE("'subtype':'success','request_id':'init','response':%s"),
			rows[i].response);
		hear_lines(h, line);
		check(h->decode.about.login == rows[i].login, "%s: %d", rows[i].response,
			(int)h->decode.about.login);
		hear_drop(h);
	}
}

TEST(ready_without_models)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h, RESPONSE("'subtype':'success','request_id':'init'"));
	assert_true(decode_ready(&h->decode));
	assert_int_equal(h->decode.about.models.n, 0);
	hear_death(h);
	hear_end(h, "fail timeout\n");
}

TEST(setup_refused)
{
	static const struct {
		const char *line, *events;
	} rows[] = {
		{RESPONSE("'subtype':'error','request_id':'model','error':'no such model'"),
			"fail model\n"},
		{RESPONSE("'subtype':'error','request_id':'init','error':'no such model'"),
			"fail internal\n"},
		{RESPONSE("'subtype':'error','request_id':'flags','error':'no such model'"),
			"fail internal\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct heard *h = hear_begin(NULL);

		hear_lines(h, rows[i].line);
		check(strstr(h->fail.message, "no such model") != NULL, "%s", h->fail.message);
		hear_end(h, rows[i].events);
	}
}

/* How thinking is shown is no reason to give up, and what answers nothing of ours is no refusal. */
TEST(refusals_that_do_not_matter)
{
	static const char *const lines[] = {
		RESPONSE("'subtype':'error','request_id':'display','error':'unknown subtype'"),
		RESPONSE("'request_id':'init','error':'x'"),
		RESPONSE("'subtype':'success','error':'x'"),
		"{'type':'control_response'}\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		struct heard *h = hear_begin(NULL);

		hear_lines(h, lines[i]);
		check(!decode_over(&h->decode) && !decode_ready(&h->decode), "%s", lines[i]);
		hear_drop(h);
	}
}

/* The CLI need not say why. */
TEST(setup_refused_silently)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h, RESPONSE("'subtype':'error','request_id':'init'"));
	hear_end(h, "fail internal\n");
}

/* Who runs the proxy must read there what is installed, and what to do. */
TEST(old_cli)
{
	struct heard *h = hear_begin(NULL);

	hear_lines(h,
		"{'type':'system','subtype':'init','tools':[],'mcp_servers':[],'slash_commands':[],"
		"'claude_code_version':'2.1.240'}\n");
	assert_non_null(strstr(h->fail.message, "2.1.240"));
	assert_non_null(strstr(h->fail.message, "2.1.260"));
	assert_non_null(strstr(h->fail.message, "npm install"));
	hear_end(h, "fail internal\n");
}

/* A line may be as long as its maximum and no longer, however it comes. */
TEST(long_lines)
{
	const size_t step = 65536;
	CLEANUP_FREE char *part = mem_alloc(step);

	memset(part, ' ', step);
	for (size_t extra = 0; extra < 2; extra++) {
		struct heard *h = hear_begin(NULL);

		hear_lines(h, "{");
		for (size_t n = 1; n + step <= LINE_LIMIT; n += step)
			decode_feed(&h->decode, part, step);
		decode_feed(&h->decode, part, step - 2 + extra);
		hear_lines(h, "}");
		check(decode_over(&h->decode) == (extra > 0), "%zu too many", extra);
		hear_lines(h, "\n" INIT START_TEXT CLOSED);
		hear_end(h, extra > 0
				    ? "fail upstream\n"
				    : "start m1\nopen text\ntext hi\nclose\nusage 5/0/0/7/0\nstop "
				      "end\n");
	}
}

/* A good stream with a few bytes changed: whatever it means, its events keep the grammar. */
TEST(damaged_streams)
{
	hear_damaged(NULL, INIT START_TEXT CLOSED);
}
