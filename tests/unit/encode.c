#include "claude/encode.h"

#include <string.h>

#include "claude/encode_setup.h"
#include "support/ask.h"
#include "support/check.h"

#define INITIALIZE(prompt)                                                                         \
	"{'type':'control_request','request_id':'init',"                                           \
	"'request':{'subtype':'initialize','systemPrompt':" prompt "}}"
#define SET_MODEL(model)                                                                           \
	"{'type':'control_request','request_id':'model',"                                          \
	"'request':{'subtype':'set_model','model':'" model "'}}"
/* The settings of a turn that are as usual need no words. */
#define DISPLAY                                                                                    \
	"{'type':'control_request','request_id':'display','request':{'subtype':"                   \
	"'set_max_thinking_tokens','max_thinking_tokens':null,'thinking_display':'summarized'}}"
#define TEXT(text) "{'type':'text','text':'" text "'}"
#define USER_TURN(content)                                                                         \
	"{'type':'user','message':{'role':'user','content':[" content "]},"                        \
	"'parent_tool_use_id':null,'session_id':'','client_composed':true"
#define ASKED(content)   USER_TURN(content) "}"
#define HISTORY(content) USER_TURN(content) ",'shouldQuery':false}"

static void add_turn(struct request *req, enum role role, const char *text)
{
	turn_add_text(request_add_turn(req, role), text);
}

/* What the next step writes, once `acks` turns were acknowledged. */
static void check_step(struct replay *r, unsigned acks, const char *want)
{
	CLEANUP_BUF struct buf out = BUF_INIT(10000);

	assert_int_equal(tell_child(r, acks, &out), 0);
	check_json_lines("step", &out, want);
}

TEST(one_turn)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req, .model = "opus"};

	request_init(&req);
	add_turn(&req, ROLE_USER, "hi");
	turn_add_text(&req.turns[0], "there");
	assert_false(replay_done(&r));
	check_step(&r, 0,
		"[" INITIALIZE("[]") "," SET_MODEL("opus") "," DISPLAY "," ASKED(
			TEXT("hi") "," TEXT("there")) "]");
	assert_true(replay_done(&r));
	check_step(&r, 0, "[]");
}

/* Without set_model: the settings have it (encode_setup.c). */
TEST(model_by_its_id)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	struct replay r = {.request = &req, .model = "claude-sonnet-4-5"};

	request_init(&req);
	add_turn(&req, ROLE_USER, "hi");
	assert_int_equal(tell_child(&r, 0, &out), 0);
	assert_null(strstr(buf_str(&out), "set_model"));
	assert_non_null(strstr(buf_str(&out), "\"model\":\"claude-sonnet-4-5\""));
}

TEST(system_prompt)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req, .model = "opus"};
	struct err err;

	request_init(&req);
	request_add_system(&req, "Be brief.", &err);
	add_turn(&req, ROLE_USER, "hi");
	check_step(&r, 0,
		"[" INITIALIZE("['Be brief.']") "," SET_MODEL("opus") "," DISPLAY
								      "," ASKED(TEXT("hi")) "]");
}

/* The CLI's message id and model of a replayed turn are ours to choose: only the rest is fixed. */
static void check_assistant(const struct buf *out, const char *text)
{
	CLEANUP_JSON cJSON *lines = json_lines(out);
	const cJSON *line = cJSON_GetArrayItem(lines, 0);
	const cJSON *message = json_get(line, "message");
	const cJSON *block = cJSON_GetArrayItem(json_get(message, "content"), 0);

	assert_string_equal(json_get_string(line, "type"), "assistant");
	assert_string_equal(json_get_string(message, "type"), "message");
	assert_string_equal(json_get_string(message, "role"), "assistant");
	assert_string_equal(json_get_string(message, "stop_reason"), "end_turn");
	assert_int_equal(strncmp(json_get_string(message, "id"), "msg_", 4), 0);
	assert_non_null(json_get_string(message, "model"));
	assert_non_null(json_get(message, "usage"));
	assert_int_equal(cJSON_GetArraySize(json_get(message, "content")), 1);
	assert_string_equal(json_get_string(block, "type"), "text");
	assert_string_equal(json_get_string(block, "text"), text);
}

/* A user turn of the history is alone on its way until it is acknowledged. */
TEST(history)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req, .model = "opus"};
	CLEANUP_BUF struct buf out = BUF_INIT(10000);

	request_init(&req);
	add_turn(&req, ROLE_USER, "u1");
	add_turn(&req, ROLE_ASSISTANT, "a1");
	add_turn(&req, ROLE_USER, "u2");
	add_turn(&req, ROLE_ASSISTANT, "a2");
	add_turn(&req, ROLE_USER, "u3");
	check_step(&r, 0,
		"[" INITIALIZE("[]") "," SET_MODEL("opus") "," DISPLAY "," HISTORY(TEXT("u1")) "]");
	assert_int_equal(r.asked, 1);
	check_step(&r, 0, "[]");

	assert_int_equal(tell_child(&r, 1, &out), 0);
	check_assistant(&out, "a1");
	buf_drop(&out, strcspn(out.data, "\n") + 1);
	check_json_lines("second", &out, "[" HISTORY(TEXT("u2")) "]");
	assert_int_equal(r.asked, 2);
	check_step(&r, 1, "[]");
	assert_false(replay_done(&r));

	buf_clear(&out);
	assert_int_equal(tell_child(&r, 2, &out), 0);
	check_assistant(&out, "a2");
	buf_drop(&out, strcspn(out.data, "\n") + 1);
	check_json_lines("last", &out, "[" ASKED(TEXT("u3")) "]");
	assert_true(replay_done(&r));
	assert_int_equal(r.asked, 2);
}

TEST(history_that_begins_with_the_assistant)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req, .model = "opus", .greeted = true};
	CLEANUP_BUF struct buf out = BUF_INIT(10000);

	request_init(&req);
	add_turn(&req, ROLE_ASSISTANT, "a1");
	add_turn(&req, ROLE_USER, "u1");
	assert_int_equal(tell_child(&r, 0, &out), 0);
	check_assistant(&out, "a1");
	buf_drop(&out, strcspn(out.data, "\n") + 1);
	check_json_lines("then", &out, "[" ASKED(TEXT("u1")) "]");
	assert_true(replay_done(&r));
}

/* Whatever a text holds, it stays inside its string and on its line. */
TEST(text_is_data)
{
	static const char *const texts[] = {"\"}\n{\"type\":\"control_request\"}\n",
		"a\r\n\tb\x01\x7f", "\\", "\\u0041", "@/etc/passwd", "/cost",
		"caf\xc3\xa9 \xe2\x80\xa8 \xf0\x9f\x98\x80"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP(request_finish) struct request req;
		struct replay r = {.request = &req, .model = "opus", .greeted = true};
		CLEANUP_BUF struct buf out = BUF_INIT(10000);
		CLEANUP_JSON cJSON *lines = NULL;
		const cJSON *message, *block;

		request_init(&req);
		add_turn(&req, ROLE_USER, texts[i]);
		assert_int_equal(tell_child(&r, 0, &out), 0);
		lines = json_lines(&out);
		assert_int_equal(cJSON_GetArraySize(lines), 1);
		message = json_get(cJSON_GetArrayItem(lines, 0), "message");
		block = cJSON_GetArrayItem(json_get(message, "content"), 0);
		assert_string_equal(json_get_string(block, "text"), texts[i]);
		assert_true(json_get_true(cJSON_GetArrayItem(lines, 0), "client_composed"));
	}
}

TEST(the_child_s_own_model)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req};

	request_init(&req);
	add_turn(&req, ROLE_USER, "hi");
	check_step(&r, 0, "[" INITIALIZE("[]") "," DISPLAY "," ASKED(TEXT("hi")) "]");
}

static void check_initialize(const struct request *req, const char *want)
{
	CLEANUP(aliases_finish) struct aliases aliases;
	CLEANUP_BUF struct buf out = BUF_INIT(10000);

	aliases_init(&aliases, &req->tools);
	assert_int_equal(encode_initialize(&out, req, &aliases), 0);
	check_json_lines("initialize", &out, want);
}

TEST(initialize_alone)
{
	CLEANUP(request_finish) struct request req;

	request_init(&req);
	check_initialize(&req, "[" INITIALIZE("[]") "]");
	req.schema = mem_strdup("{\"type\":\"object\"}");
	check_initialize(&req,
		"[{'type':'control_request','request_id':'init','request':{'subtype':'initialize',"
		"'systemPrompt':[],'jsonSchema':{'type':'object'}}}]");
}

/* What every tool of the list ends with. */
#define HINTS                                                                                      \
	",'annotations':{'readOnlyHint':true},'_meta':{'anthropic/maxResultSizeChars':500000}}"

TEST(tools)
{
	CLEANUP(request_finish) struct request req;

	ask(&wire_responses, &req,
		"{'input':'hi','tools':[{'type':'function','name':'a.b','description':'d',"
		"'parameters':{'type':'object','properties':{'x':{'type':'string'}}}},"
		"{'type':'custom','name':'g'}]}");
	check_initialize(&req,
		"[{'type':'control_request','request_id':'init','request':{'subtype':'initialize',"
		"'systemPrompt':[],'sdkMcpServers':['c'],'sdkMcpServerManifests':{'c':{"
		"'initializeResult':{'protocolVersion':'2025-11-25','capabilities':{'tools':{}},"
		"'serverInfo':{'name':'c','version':'1'}},'toolsListResult':{'tools':["
		"{'name':'a_b','description':'d','inputSchema':{'type':'object','properties':"
		"{'x':{'type':'string'}}}" HINTS ",{'name':'g','inputSchema':{'type':'object',"
		"'properties':{'input':{'type':'string'}},'required':['input']}" HINTS "]}}}}}]");
}

/* What a conversation of four turns comes to in `max` bytes a step; -1 when a step did not fit. */
static int replay_all(struct request *req, size_t max, size_t *longest)
{
	struct replay r = {.request = req, .model = "opus"};

	*longest = 0;
	for (unsigned acks = 0; !replay_done(&r); acks++) {
		CLEANUP_BUF struct buf out = BUF_INIT(max);

		if (tell_child(&r, acks, &out) < 0)
			return -1;
		*longest = out.len > *longest ? out.len : *longest;
	}
	return 0;
}

/* A buffer that is one byte too small is noticed, whichever line it ends in. */
TEST(full)
{
	CLEANUP(request_finish) struct request req;
	size_t longest, used;

	request_init(&req);
	add_turn(&req, ROLE_ASSISTANT, "a0");
	add_turn(&req, ROLE_USER, "u1");
	add_turn(&req, ROLE_ASSISTANT, "a1");
	add_turn(&req, ROLE_USER, "u2");
	assert_int_equal(replay_all(&req, 10000, &longest), 0);
	for (size_t max = 0; max < longest; max++)
		check(replay_all(&req, max, &used) == -1, "%zu bytes are enough", max);
	assert_int_equal(replay_all(&req, longest, &used), 0);
}

/* The CLI keeps a turn's thinking only when it is from the model that will answer. */
TEST(speaker)
{
	static const struct {
		const char *speaker, *model;
	} rows[] = {{"claude-x", "claude-x"}, {"", "claude"}, {NULL, "claude"}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf out = BUF_INIT(10000);
		CLEANUP_JSON cJSON *lines = NULL;
		struct replay r = {.request = &req, .greeted = true, .speaker = rows[i].speaker};

		request_init(&req);
		add_turn(&req, ROLE_ASSISTANT, "a");
		add_turn(&req, ROLE_USER, "b");
		assert_int_equal(tell_child(&r, 0, &out), 0);
		lines = json_lines(&out);
		assert_string_equal(
			json_get_string(json_get(cJSON_GetArrayItem(lines, 0), "message"), "model"),
			rows[i].model);
	}
}

/* Every kind of part as the API's own block. */
TEST(parts)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req, .greeted = true};
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	CLEANUP_JSON cJSON *lines = NULL;
	CLEANUP_JSON cJSON *calls = json_of(
		"[{'type':'text','text':'b'},{'type':'tool_use','id':'call1','name':'mcp__c__g_h',"
		"'input':{'x':[1,{}]}},{'type':'tool_use','id':'call2','name':'mcp__c__g_h',"
		"'input':{}}]");
	const cJSON *message;

	ask(&wire_chat, &req,
		"{'messages':[{'role':'assistant','content':'b','tool_calls':[{'id':'call_1',"
		"'function':{'name':'g.h','arguments':'{\\'x\\':[1,{}]}'}},{'id':'call_2',"
		"'function':{'name':'g.h'}}]},"
		"{'role':'tool','tool_call_id':'call_1','content':'one'},"
		"{'role':'tool','tool_call_id':'call_2','content':[{'type':'image_url','image_url':"
		"{'url':'data:image/png;base64,iVBORw0KGgo='}}]},{'role':'user','content':["
		"{'type':'image_url','image_url':{'url':'https://x/y.png'}},"
		"{'type':'file','file':{'file_data':'data:application/pdf;base64,JVBERi0xLjQ=',"
		"'filename':'a.pdf'}},{'type':'file','file':{'file_data':'JVBERi0xLjc='}}]}]}");
	assert_int_equal(tell_child(&r, 0, &out), 0);
	lines = json_lines(&out);
	message = json_get(cJSON_GetArrayItem(lines, 0), "message");
	check_json("calls", json_get(message, "content"), calls);
	buf_drop(&out, strcspn(out.data, "\n") + 1);
	check_json_lines("results", &out,
		"[" ASKED("{'type':'tool_result','tool_use_id':'call1','content':[" TEXT(
			"one") "]},"
			       "{'type':'tool_result','tool_use_id':'call2','content':[{'type':"
			       "'image','source':{'type':'base64','media_type':'image/png',"
			       "'data':'iVBORw0KGgo='}}]},"
			       "{'type':'image','source':{'type':'url','url':'https://x/y.png'}},"
			       "{'type':'document','source':{'type':'base64','media_type':"
			       "'application/pdf','data':'JVBERi0xLjQ='},'title':'a.pdf'},"
			       "{'type':'document','source':{'type':'base64','media_type':"
			       "'application/pdf','data':'JVBERi0xLjc='}}") "]");
}

/* A text that is a file, and names that the API does not take as they are. */
TEST(text_files)
{
	static const struct {
		size_t n; /* how often the name has an e with an accent */
		size_t told;
	} names[] = {{0, 0}, {1, 1}, {500, 500}, {501, 500}};
	CLEANUP_JSON cJSON *source =
		json_of("{'type':'text','media_type':'text/plain','data':'a;b\\n'}");

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		CLEANUP(request_finish) struct request req;
		struct replay r = {.request = &req, .greeted = true};
		CLEANUP_BUF struct buf out = BUF_INIT(10000), name = BUF_INIT(2000);
		CLEANUP_JSON cJSON *lines = NULL;
		const cJSON *block;
		const char *title;
		struct part *p;

		request_init(&req);
		p = turn_add(request_add_turn(&req, ROLE_USER), PART_DOCUMENT);
		p->text = mem_strdup("a;b\n");
		p->media_type = mem_strdup(PART_PLAIN_TEXT);
		for (size_t k = 0; k < names[i].n; k++)
			buf_puts(&name, "\xc3\xa9");
		p->name = mem_strdup(buf_str(&name));
		assert_int_equal(tell_child(&r, 0, &out), 0);
		lines = json_lines(&out);
		block = cJSON_GetArrayItem(
			json_get(json_get(cJSON_GetArrayItem(lines, 0), "message"), "content"), 0);
		title = json_get_string(block, "title");
		assert_int_equal(title != NULL, names[i].told > 0);
		assert_int_equal(title != NULL ? strlen(title) : 0, 2 * names[i].told);
		check_json("source", json_get(block, "source"), source);
	}
}

TEST(thinking_parts)
{
	CLEANUP(request_finish) struct request req;
	struct replay r = {.request = &req, .greeted = true};
	CLEANUP_BUF struct buf out = BUF_INIT(10000);
	CLEANUP_JSON cJSON *lines = NULL;
	CLEANUP_JSON cJSON *want =
		json_of("[{'type':'thinking','thinking':'hm','signature':'c2ln'}," TEXT("b") "]");
	struct turn *t;
	struct part *p;

	request_init(&req);
	t = request_add_turn(&req, ROLE_ASSISTANT);
	p = turn_add(t, PART_THINKING);
	p->text = mem_strdup("hm");
	p->signature = mem_strdup("c2ln");
	turn_add_text(t, "b");
	add_turn(&req, ROLE_USER, "hi");
	assert_int_equal(tell_child(&r, 0, &out), 0);
	lines = json_lines(&out);
	check_json("thinking",
		json_get(json_get(cJSON_GetArrayItem(lines, 0), "message"), "content"), want);
}
