/* The settings of a turn, and what the CLI is told when it asks for the tools itself. */
#include "claude/encode_setup.h"

#include <string.h>

#include "claude/encode.h"
#include "claude/mcp.h"
#include "support/ask.h"
#include "support/check.h"

#define CHAT "{'messages':[{'role':'user','content':'hi'}]"
#define TOOLS                                                                                      \
	",'tools':[{'type':'function','function':{'name':'f'}},{'type':'function','function':"     \
	"{'name':'a.b'}}]"

struct row {
	const char *members;
	const char *effort; /* NULL: null */
	const char *max_tokens, *no_thinking;
	const char *body; /* "" or JSON */
};

static void check_settings(const struct row *row, const cJSON *line)
{
	const cJSON *request = json_get(line, "request");
	const cJSON *settings = json_get(request, "settings");
	const cJSON *env = json_get(settings, "env");
	const char *body = json_get_string(env, "CLAUDE_CODE_EXTRA_BODY");
	CLEANUP_JSON cJSON *got = NULL;
	CLEANUP_JSON cJSON *want = NULL;

	assert_string_equal(json_get_string(line, "request_id"), "flags");
	assert_string_equal(json_get_string(request, "subtype"), "apply_flag_settings");
	/* Every one of them, each time: they stay in force until they are replaced. */
	assert_true(cJSON_HasObjectItem(settings, "effortLevel"));
	assert_int_equal(cJSON_GetArraySize(env), 3);
	if (row->effort != NULL)
		assert_string_equal(json_get_string(settings, "effortLevel"), row->effort);
	else
		assert_null(json_get(settings, "effortLevel"));
	assert_string_equal(json_get_string(env, "CLAUDE_CODE_MAX_OUTPUT_TOKENS"), row->max_tokens);
	assert_string_equal(json_get_string(env, "CLAUDE_CODE_DISABLE_THINKING"), row->no_thinking);
	assert_non_null(body);
	if (row->body[0] == '\0' || body[0] == '\0') {
		check(strcmp(body, row->body) == 0, "%s: %s", row->members, body);
		return;
	}
	got = cJSON_Parse(body);
	want = json_of(row->body);
	check_json(row->members, got, want);
}

/* A child that was told none before has those that are as usual. */
static void check_first(const struct row *row, const struct request *req,
	const struct aliases *aliases, const struct buf *all)
{
	bool usual = row->effort == NULL && row->max_tokens[0] == '\0' &&
		     row->no_thinking[0] == '\0' && row->body[0] == '\0';
	CLEANUP_BUF struct buf out = BUF_INIT(10000);

	assert_int_equal(encode_first_settings(&out, req, aliases, NULL), 0);
	check(strcmp(out.data, usual ? strchr(all->data, '\n') + 1 : all->data) == 0, "%s: %s",
		row->members, out.data);
}

static void check_row(const struct row *row)
{
	CLEANUP(aliases_finish) struct aliases aliases;
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf body = BUF_INIT(10000);
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	CLEANUP_JSON cJSON *first = NULL;
	CLEANUP_JSON cJSON *second = NULL;
	CLEANUP_JSON cJSON *display =
		json_of("{'type':'control_request','request_id':'display','request':{'subtype':"
			"'set_max_thinking_tokens','max_thinking_tokens':null,"
			"'thinking_display':'summarized'}}");

	buf_printf(&body, CHAT "%s}", row->members);
	ask(&wire_chat, &req, body.data);
	aliases_init(&aliases, &req.tools);
	assert_int_equal(encode_settings(&out, &req, &aliases, NULL), 0);
	first = cJSON_Parse(out.data);
	second = cJSON_Parse(strchr(out.data, '\n') + 1);
	check_settings(row, first);
	check_json("display", second, display);
	check_first(row, &req, &aliases, &out);
	assert_int_equal(out.data[out.len - 1], '\n');
}

TEST(settings)
{
	static const struct row rows[] = {
		{"", NULL, "", "", ""},
		{",'max_tokens':77", NULL, "77", "", ""},
		{",'max_completion_tokens':1000000000", NULL, "1000000000", "", ""},
		{",'reasoning_effort':'none'", NULL, "", "1", ""},
		{",'reasoning_effort':'minimal'", "low", "", "", ""},
		{",'reasoning_effort':'low'", "low", "", "", ""},
		{",'reasoning_effort':'medium'", "medium", "", "", ""},
		{",'reasoning_effort':'high'", "high", "", "", ""},
		{",'reasoning_effort':'xhigh'", "xhigh", "", "", ""},
		{",'reasoning_effort':'max'", "max", "", "", ""},
		{",'stop':['END','\\'\\n']", NULL, "", "", "{'stop_sequences':['END','\\'\\n']}"},
		/* the API takes none of white space alone */
		{",'stop':['\\n','END',' ']", NULL, "", "", "{'stop_sequences':['END']}"},
		{",'stop':'\\n'", NULL, "", "", ""},
		{",'temperature':0.5", NULL, "", "", ""},
		{",'reasoning_effort':'none','temperature':0", NULL, "", "1", "{'temperature':0}"},
		{",'reasoning_effort':'none','temperature':1.5", NULL, "", "1",
			"{'temperature':1}"},
		{",'reasoning_effort':'none','top_p':0.25", NULL, "", "1", "{'top_p':0.25}"},
		/* choices of tools */
		{",'tool_choice':'none'", NULL, "", "", ""},
		{",'parallel_tool_calls':false", NULL, "", "", ""},
		{TOOLS, NULL, "", "", ""},
		{TOOLS ",'tool_choice':'auto'", NULL, "", "", ""},
		{TOOLS ",'parallel_tool_calls':true", NULL, "", "", ""},
		{TOOLS ",'parallel_tool_calls':false", NULL, "", "",
			"{'tool_choice':{'type':'auto','disable_parallel_tool_use':true}}"},
		{TOOLS ",'tool_choice':'none'", NULL, "", "", "{'tool_choice':{'type':'none'}}"},
		{TOOLS ",'tool_choice':'none','parallel_tool_calls':false", NULL, "", "",
			"{'tool_choice':{'type':'none'}}"},
		/* a forced choice and thinking exclude each other */
		{TOOLS ",'tool_choice':'required'", NULL, "", "1",
			"{'tool_choice':{'type':'any'}}"},
		{TOOLS ",'tool_choice':'required','parallel_tool_calls':false", NULL, "", "1",
			"{'tool_choice':{'type':'any','disable_parallel_tool_use':true}}"},
		{TOOLS ",'tool_choice':{'type':'function','function':{'name':'a.b'}}", NULL, "",
			"1", "{'tool_choice':{'type':'tool','name':'mcp__c__a_b'}}"},
		{TOOLS ",'tool_choice':'required','reasoning_effort':'high','temperature':0.5,"
		       "'stop':'X','max_tokens':5",
			"high", "5", "1",
			"{'tool_choice':{'type':'any'},'temperature':0.5,'stop_sequences':['X']}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&rows[i]);
}

TEST(set_model)
{
	CLEANUP_BUF struct buf out = BUF_INIT(1000);

	assert_int_equal(encode_set_model(&out, "opus"), 0);
	check_json_text("set_model", &out,
		"{'type':'control_request','request_id':'model','request':{'subtype':'set_model',"
		"'model':'opus'}}");
}

/* An id goes with the settings of the turn: the CLI then asks the API nothing about it. */
TEST(model_by_its_id)
{
	static const char want[] =
		"[{'type':'control_request','request_id':'flags','request':{'subtype':"
		"'apply_flag_settings','settings':{'effortLevel':null,'model':'claude-sonnet-4-5',"
		"'env':{'CLAUDE_CODE_MAX_OUTPUT_TOKENS':'','CLAUDE_CODE_DISABLE_THINKING':'',"
		"'CLAUDE_CODE_EXTRA_BODY':'','CLAUDE_CODE_NO_MODEL_FALLBACK':'1'}}}},"
		"{'type':'control_request','request_id':'display','request':{'subtype':"
		"'set_max_thinking_tokens','max_thinking_tokens':null,"
		"'thinking_display':'summarized'}}]";
	CLEANUP(aliases_finish) struct aliases aliases;
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf out = BUF_INIT(10000);

	ask(&wire_chat, &req, CHAT "}");
	aliases_init(&aliases, &req.tools);
	assert_int_equal(encode_first_settings(&out, &req, &aliases, "claude-sonnet-4-5"), 0);
	check_json_lines("settings", &out, want);
}

#define ASKS(rest)                                                                                 \
	"{'type':'control_request','request_id':'r1','request':{'subtype':'mcp_message',"          \
	"'server_name':'c','message':{'jsonrpc':'2.0'," rest "}}}"
#define SAYS(id, result)                                                                           \
	"{'type':'control_response','response':{'subtype':'success','request_id':'r1','response':" \
	"{'mcp_response':{'jsonrpc':'2.0','id':" id ",'result':" result "}}}}"

#define NO_ARGUMENTS                                                                               \
	"'inputSchema':{'type':'object','properties':{}},'annotations':{'readOnlyHint':true},"     \
	"'_meta':{'anthropic/maxResultSizeChars':500000}"

TEST(mcp_answers)
{
	static const struct {
		const char *line, *answer; /* "" none */
	} rows[] = {
		{ASKS("'id':1,'method':'initialize','params':{}"),
			SAYS("1", "{'protocolVersion':'2025-11-25','capabilities':{'tools':{}},"
				  "'serverInfo':{'name':'c','version':'1'}}")},
		{ASKS("'id':'x','method':'tools/list'"),
			SAYS("'x'", "{'tools':[{'name':'f'," NO_ARGUMENTS
				    "},{'name':'a_b'," NO_ARGUMENTS "}]}")},
		{ASKS("'method':'notifications/initialized'"), SAYS("0", "{}")},
		/* calls are the client's to answer, in a request of their own */
		{ASKS("'id':2,'method':'tools/call','params':{'name':'f','arguments':{}}"), ""},
		{ASKS("'id':2,'method':'resources/list'"), ""},
		{ASKS("'id':2"), ""},
		{ASKS("'id':2,'method':5"), ""},
		{"{'type':'control_request','request':{'message':{'method':'tools/list'}}}", ""},
		{"{'type':'control_request','request_id':'r1','request':{'subtype':'can_use_tool'}"
		 "}",
			""},
		{"{}", ""},
	};
	CLEANUP(aliases_finish) struct aliases aliases;
	CLEANUP(request_finish) struct request req;

	ask(&wire_chat, &req, CHAT TOOLS "}");
	aliases_init(&aliases, &req.tools);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *line = json_of(rows[i].line);
		CLEANUP_BUF struct buf out = BUF_INIT(10000);

		assert_int_equal(mcp_answer(&out, &aliases, line), 0);
		if (rows[i].answer[0] == '\0') {
			check(out.len == 0, "%s: %s", rows[i].line, buf_str(&out));
			continue;
		}
		check_json_text(rows[i].line, &out, rows[i].answer);
		check(strchr(out.data, '\n') == out.data + out.len - 1, "%s", out.data);
	}
}

TEST(full)
{
	CLEANUP(aliases_finish) struct aliases aliases;
	CLEANUP(request_finish) struct request req;
	CLEANUP_JSON cJSON *line = json_of(ASKS("'id':1,'method':'tools/list'"));
	CLEANUP_BUF struct buf whole = BUF_INIT(10000);

	ask(&wire_chat, &req, CHAT TOOLS "}");
	aliases_init(&aliases, &req.tools);
	assert_int_equal(encode_settings(&whole, &req, &aliases, NULL), 0);
	for (size_t max = 0; max < whole.len; max++) {
		CLEANUP_BUF struct buf out = BUF_INIT(max);

		check(encode_settings(&out, &req, &aliases, NULL) == -1, "%zu bytes are enough",
			max);
	}
	for (size_t max = 0; max < 100; max++) {
		CLEANUP_BUF struct buf out = BUF_INIT(max);

		check(mcp_answer(&out, &aliases, line) == -1, "%zu bytes", max);
	}
}
