/* `functions` and `function_call` of chat. */
#include "wire/function_parse.h"

#include "support/ask.h"
#include "support/check.h"

#define FUNCTIONS "'functions':[{'name':'f','description':'d'},{'name':'g'}]"
#define EMPTY     "{'type':'object','properties':{}}"
#define TOOLS     "f as f (d) " EMPTY "\ng as g " EMPTY "\nchoose "

static int parse(struct request *req, const char *quoted, struct err *err)
{
	CLEANUP_JSON cJSON *body = json_of(quoted);

	*err = (struct err){0};
	request_init(req);
	return function_parse_all(req, body, err);
}

TEST(taken)
{
	static const struct {
		const char *body, *tools;
		bool wanted;
	} rows[] = {
		{"{}", "choose auto\n", false},
		{"{'functions':null,'function_call':null}", "choose auto\n", false},
		{"{'functions':[],'function_call':'none','tools':[{}]}", "choose none\n", false},
		{"{" FUNCTIONS "}", TOOLS "auto once\n", true},
		{"{" FUNCTIONS ",'function_call':'auto','tools':[]}", TOOLS "auto once\n", true},
		{"{" FUNCTIONS ",'function_call':'none'}", TOOLS "none once\n", true},
		{"{" FUNCTIONS ",'function_call':{'name':'g'}}", TOOLS "one g once\n", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(parse(&req, rows[i].body, &err) == 0, "%s: %s", rows[i].body, err.message);
		check_tools(rows[i].body, &req, rows[i].tools);
		check(req.wants_function_call == rows[i].wanted, "%s: how a call is told",
			rows[i].body);
	}
}

TEST(refused)
{
	static const struct {
		const char *body, *param;
	} rows[] = {
		{"{'functions':{}}", "functions"},
		{"{'functions':[5]}", "functions[0]"},
		{"{'functions':[{'description':'d'}]}", "functions[0]"},
		{"{'functions':[{'name':'f'},{'name':'g','parameters':{'type':'string'}}]}",
			"functions[1].parameters"},
		{"{" FUNCTIONS ",'tools':[{'type':'function','name':'h'}]}", "functions"},
		{"{" FUNCTIONS ",'function_call':'f'}", "function_call"},
		{"{" FUNCTIONS ",'function_call':{}}", "function_call"},
		{"{" FUNCTIONS ",'function_call':{'name':'h'}}", "function_call"},
		{"{" FUNCTIONS ",'function_call':{'name':5}}", "function_call.name"},
		{"{'function_call':{'name':'f'}}", "function_call"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(parse(&req, rows[i].body, &err) == -1, "%s is taken", rows[i].body);
		check_err(rows[i].body, &err, ERR_INVALID, rows[i].param);
	}
}

#define U "{'role':'user','content':'u'}"
#define CALL(f)                                                                                    \
	"{'role':'assistant','content':null,'function_call':{'name':'" f "',"                      \
	"'arguments':'{\\'x\\':1}'}}"
#define GIVE(f)   "{'role':'function','name':'" f "','content':'r'}"
#define CHAT(all) "{" FUNCTIONS ",'messages':[" all "]}"

/* Calls have no ids, and each result is that of the call before it. */
TEST(histories)
{
	static const struct {
		const char *body, *want; /* NULL: refused at messages[param] */
		const char *param;
	} rows[] = {
		{CHAT(U "," CALL("f") "," GIVE("f")),
			"user u\nassistant [call function f {\"x\":1}]\n"
			"user [result function: r]\n",
			NULL},
		{CHAT(U "," CALL("f") "," GIVE("f") "," CALL("g") "," GIVE("g") "," U),
			"user u\nassistant [call function f {\"x\":1}]\n"
			"user [result function: r]\nassistant [call functionx1 g {\"x\":1}]\n"
			"user [result functionx1: r]|u\n",
			NULL},
		{CHAT("{'role':'assistant','content':'t','function_call':{'name':'f'}}," GIVE("f")),
			"assistant t|[call function f {}]\nuser [result function: r]\n", NULL},
		{CHAT("{'role':'assistant','content':'t','function_call':null}," U),
			"assistant t\nuser u\n", NULL},
		{CHAT(U "," GIVE("f")), NULL, "messages[1]"},
		{CHAT(GIVE("f")), NULL, "messages[0]"},
		{CHAT(CALL("f") "," GIVE("f") "," GIVE("f")), NULL, "messages[2]"},
		{CHAT(CALL("f") "," U), NULL, "messages"},
		{CHAT("{'role':'assistant','function_call':{}}," U), NULL,
			"messages[0].function_call"},
		{CHAT("{'role':'assistant','function_call':{'name':5}}," U), NULL,
			"messages[0].function_call.name"},
		{CHAT("{'role':'assistant','function_call':'f'}," U), NULL,
			"messages[0].function_call"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err = {0};
		int result = ask_try(&wire_chat, &req, rows[i].body, &err);

		if (rows[i].want != NULL) {
			check(result == 0, "%s: %s", rows[i].body, err.message);
			check_conversation(rows[i].body, &req, rows[i].want);
		} else {
			check(result == -1, "%s is taken", rows[i].body);
			check_err(rows[i].body, &err, ERR_INVALID, rows[i].param);
		}
	}
}
