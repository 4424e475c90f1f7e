/* Tools and choices of them, in every form that clients send. */
#include "wire/tool_parse.h"

#include <stdio.h>
#include <string.h>

#include "support/ask.h"
#include "support/check.h"

#define EMPTY "{'type':'object','properties':{}}"
#define INPUT "{'type':'object','properties':{'input':{'type':'string'}},'required':['input']}"

static int parse(struct request *req, const char *quoted, struct err *err)
{
	CLEANUP_JSON cJSON *body = json_of(quoted);

	*err = (struct err){0};
	request_init(req);
	return tool_parse_list(req, body, "", err) < 0 ? -1 : tool_parse_choice(req, body, err);
}

static const struct {
	const char *body, *tools, *ignored;
} taken[] = {
	{"{}", "choose auto\n", ""},
	{"{'tools':null,'tool_choice':null}", "choose auto\n", ""},
	{"{'tools':[]}", "choose auto\n", ""},
	{"{'tools':[],'tool_choice':'none'}", "choose none\n", ""},
	/* both spellings */
	{"{'tools':[{'type':'function','function':{'name':'f','description':'d',"
	 "'parameters':{'type':'object','properties':{'x':{}}},'strict':true}}]}",
		"f as f (d) {'type':'object','properties':{'x':{}}}\nchoose auto\n", ""},
	{"{'tools':[{'type':'function','name':'f','description':null,'strict':null}]}",
		"f as f " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'type':'function','name':'f','parameters':{}},"
	 "{'type':'function','name':'g.h','parameters':null}]}",
		"f as f " EMPTY "\ng.h as g_h " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'type':'function','name':'a.b'},{'type':'function','name':'a b'}]}",
		"a.b as a_b " EMPTY "\na b as a_b_2 " EMPTY "\nchoose auto\n", ""},
	/* what only OpenAI can run */
	{"{'tools':[{'type':'web_search'},{'type':'function','name':'f'},"
	 "{'type':'mcp','server_label':'l','server_url':'https://x'},{'type':'image_generation'}]}",
		"f as f " EMPTY "\nchoose auto\n",
		"tools.web_search tools.mcp tools.image_generation"},
	{"{'tools':[{'type':'file_search','vector_store_ids':[]}]}", "choose auto\n",
		"tools.file_search"},
	/* custom tools */
	{"{'tools':[{'type':'custom','name':'f','description':'d'}]}",
		"f as f custom (d) " INPUT "\nchoose auto\n", ""},
	{"{'tools':[{'type':'custom','custom':{'name':'f','description':'d',"
	 "'format':{'type':'text'}}}]}",
		"f as f custom (d) " INPUT "\nchoose auto\n", ""},
	{"{'tools':[{'type':'custom','name':'f','format':{'type':'text'}}]}",
		"f as f custom " INPUT "\nchoose auto\n", ""},
	/* namespaces */
	{"{'tools':[{'type':'namespace','name':'n','description':'d','tools':["
	 "{'type':'function','name':'f'},{'type':'custom','name':'g'}]},"
	 "{'type':'function','name':'f'}]}",
		"n/f as f " EMPTY "\nn/g as g custom " INPUT "\nf as f_2 " EMPTY "\nchoose auto\n",
		""},
	{"{'tools':[{'type':'namespace','name':'n'}]}", "choose auto\n", ""},
	{"{'tools':[{'type':'namespace','tools':[{'type':'function','name':'f'}]}]}",
		"choose auto\n", "tools.namespace"},
	{"{'tools':[{'type':'namespace','name':'n','tools':[{'type':'namespace','name':'m',"
	 "'tools':[{'type':'function','name':'f'}]}]}]}",
		"choose auto\n", "tools.namespace"},
	/* a search for tools: the client's is a function, any other is OpenAI's */
	{"{'tools':[{'type':'tool_search','execution':'client','description':'d',"
	 "'parameters':{'type':'object'}},{'type':'tool_search'}]}",
		"tool_search as tool_search search (d) {'type':'object'}\nchoose auto\n",
		"tools.tool_search"},
	{"{'tools':[{'type':'tool_search','execution':'server'}]}", "choose auto\n",
		"tools.tool_search"},
	/* functions of no type, and Anthropic's */
	{"{'tools':[{'name':'f','parameters':{'type':'object'}},{'function':{'name':'g'}}]}",
		"f as f {'type':'object'}\ng as g " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'name':'f','description':'d','input_schema':{'type':'object'}},"
	 "{'type':'custom','name':'g','input_schema':{}}]}",
		"f as f (d) {'type':'object'}\ng as g " EMPTY "\nchoose auto\n", ""},
	/* an empty object, as some languages write it */
	{"{'tools':[{'type':'function','name':'f','parameters':[]}]}",
		"f as f " EMPTY "\nchoose auto\n", ""},
	/* a schema of no type, which the CLI would not take */
	{"{'tools':[{'type':'function','name':'f','parameters':{'properties':{'x':{}}}}]}",
		"f as f {'properties':{'x':{}},'type':'object'}\nchoose auto\n", ""},
	/* names of properties that the API would not take */
	{"{'tools':[{'type':'function','name':'f','parameters':{'type':'object','properties':{"
	 "'$x':true},'required':['$x']}}]}",
		"f as f {'type':'object','properties':{'_x':true},'required':['_x']}\nchoose "
		"auto\n",
		""},
	/* choices */
	{"{'tools':[{'type':'function','name':'f'}],'tool_choice':'auto'}",
		"f as f " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'type':'function','name':'f'}],'tool_choice':'none'}",
		"f as f " EMPTY "\nchoose none\n", ""},
	{"{'tools':[{'type':'function','name':'f'}],'tool_choice':'required'}",
		"f as f " EMPTY "\nchoose any\n", ""},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','name':'g'}],"
	 "'tool_choice':{'type':'function','function':{'name':'g'}}}",
		"f as f " EMPTY "\ng as g " EMPTY "\nchoose one g\n", ""},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','name':'g'}],"
	 "'tool_choice':{'type':'function','name':'g'}}",
		"f as f " EMPTY "\ng as g " EMPTY "\nchoose one g\n", ""},
	/* Codex does not say in which namespace it is */
	{"{'tools':[{'type':'namespace','name':'n','tools':[{'name':'f'}]}],"
	 "'tool_choice':{'type':'function','name':'f'}}",
		"n/f as f " EMPTY "\nchoose one f\n", ""},
	{"{'tools':[{'type':'custom','name':'f'}],'tool_choice':{'type':'custom','name':'f'}}",
		"f as f custom " INPUT "\nchoose one f\n", ""},
	{"{'tools':[{'type':'custom','custom':{'name':'f'}}],"
	 "'tool_choice':{'type':'custom','custom':{'name':'f'}}}",
		"f as f custom " INPUT "\nchoose one f\n", ""},
	/* a mode as a type, and Anthropic's words */
	{"{'tools':[{'name':'f'}],'tool_choice':{'type':'auto'}}",
		"f as f " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'name':'f'}],'tool_choice':{'type':'any','name':'f'}}",
		"f as f " EMPTY "\nchoose any\n", ""},
	{"{'tools':[{'name':'f'}],'tool_choice':{'type':'none'}}",
		"f as f " EMPTY "\nchoose none\n", ""},
	{"{'tools':[{'name':'f'}],'tool_choice':{'type':'required'}}",
		"f as f " EMPTY "\nchoose any\n", ""},
	{"{'tools':[{'name':'f'}],'tool_choice':{'type':'any'}}", "f as f " EMPTY "\nchoose any\n",
		""},
	{"{'tools':[{'name':'f'}],'tool_choice':'any'}", "f as f " EMPTY "\nchoose any\n", ""},
	{"{'tools':[{'name':'f'}],'tool_choice':{'type':'tool','name':'f'}}",
		"f as f " EMPTY "\nchoose one f\n", ""},
	/* those that are allowed, both spellings */
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','name':'g'}],"
	 "'tool_choice':{'type':'allowed_tools','mode':'required','tools':["
	 "{'type':'function','name':'g'}]}}",
		"g as g " EMPTY "\nchoose any\n", ""},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','name':'g'}],"
	 "'tool_choice':{'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':["
	 "{'type':'function','function':{'name':'f'}}]}}}",
		"f as f " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','name':'g'}],"
	 "'tool_choice':{'type':'allowed_tools','tools':[{'type':'function'},{'name':'g'}]}}",
		"g as g " EMPTY "\nchoose auto\n", ""},
	{"{'tools':[{'type':'custom','custom':{'name':'f'}},{'name':'g'}],'tool_choice':{"
	 "'type':'allowed_tools','allowed_tools':{'mode':'auto','tools':["
	 "{'type':'custom','custom':{'name':'f'}}]}}}",
		"f as f custom " INPUT "\nchoose auto\n", ""},
	{"{'tools':[{'type':'function','name':'f'}],'tool_choice':{'type':'allowed_tools',"
	 "'mode':'auto','tools':[]}}",
		"choose auto\n", ""},
};

TEST(taken)
{
	for (size_t i = 0; i < ARRAY_LEN(taken); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(parse(&req, taken[i].body, &err) == 0, "%s: %s", taken[i].body, err.message);
		check_tools(taken[i].body, &req, taken[i].tools);
		check_ignored(taken[i].body, &req, taken[i].ignored);
	}
}

#define SPACE(name)                                                                                \
	"{'type':'namespace','name':'" name "','tools':[{'type':'function','name':'f'}]}"
#define F "{'tools':[{'type':'function','name':'f'}],'tool_choice':"

static const struct {
	const char *body;
	enum err_kind kind;
	const char *param;
} refused[] = {
	{"{'tools':{}}", ERR_INVALID, "tools"},
	{"{'tools':'f'}", ERR_INVALID, "tools"},
	{"{'tools':[5]}", ERR_INVALID, "tools[0]"},
	{"{'tools':[{}]}", ERR_INVALID, "tools[0]"},
	{"{'tools':[{'function':{}}]}", ERR_INVALID, "tools[0]"},
	{"{'tools':[{'name':'f','input_schema':{'type':'string'}}]}", ERR_INVALID,
		"tools[0].input_schema"},
	{"{'tools':[{'type':'function'}]}", ERR_INVALID, "tools[0]"},
	{"{'tools':[{'type':'function','name':''}]}", ERR_INVALID, "tools[0]"},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','function':{}}]}",
		ERR_INVALID, "tools[1]"},
	{"{'tools':[{'type':'function','name':'f','parameters':'{}'}]}", ERR_INVALID,
		"tools[0].parameters"},
	{"{'tools':[{'type':'function','name':'f','parameters':{'type':'string'}}]}", ERR_INVALID,
		"tools[0].parameters"},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','function':{'name':'g',"
	 "'parameters':{'type':'object','properties':{'x':{'type':'int'}}}}}]}",
		ERR_INVALID, "tools[1].function.parameters"},
	{"{'tools':[{'type':'function','name':'f'},{'type':'function','name':'f'}]}", ERR_INVALID,
		"tools[1]"},
	{"{'tools':[{'type':'namespace','name':'n','tools':'f'}]}", ERR_INVALID, "tools[0].tools"},
	{"{'tools':[{'type':'namespace','name':'n','tools':[{'type':'function'}]}]}", ERR_INVALID,
		"tools[0].tools[0]"},
	{"{'tools':[" SPACE("n") "," SPACE("m") "],'tool_choice':{'type':'function','name':'f'}}",
		ERR_INVALID, "tool_choice"},
	{F "'f'}", ERR_INVALID, "tool_choice"},
	{F "{'type':'tool'}}", ERR_INVALID, "tool_choice"},
	{F "{'type':'tool','name':'g'}}", ERR_INVALID, "tool_choice"},
	{F "5}", ERR_INVALID, "tool_choice"},
	{F "{}}", ERR_INVALID, "tool_choice"},
	{F "{'type':'function','name':'g'}}", ERR_INVALID, "tool_choice"},
	{F "{'type':'function'}}", ERR_INVALID, "tool_choice"},
	{F "{'type':'allowed_tools'}}", ERR_INVALID, "tool_choice"},
	{F "{'type':'allowed_tools','mode':'some','tools':[]}}", ERR_INVALID, "tool_choice"},
	/* none of what must be called is there */
	{F "{'type':'allowed_tools','mode':'required','tools':[{'type':'function','name':'g'}]}}",
		ERR_INVALID, "tool_choice"},
	{"{'tool_choice':'required'}", ERR_INVALID, "tool_choice"},
	{"{'tools':[{'type':'web_search'}],'tool_choice':'required'}", ERR_INVALID, "tool_choice"},
	{"{'tools':[{'type':'web_search'}],'tool_choice':{'type':'web_search'}}", ERR_INVALID,
		"tool_choice"},
};

#define G "'tools':[{'type':'function','name':'g'}]"

/* Nothing of a wrong type is taken for absent. */
static const struct {
	const char *body, *param;
} wrong_types[] = {
	{"{'tools':[{'type':5}]}", "tools[0].type"},
	{"{'tools':[{'type':'function','function':'f','name':'g'}]}", "tools[0].function"},
	{"{'tools':[{'type':'function','function':['f'],'name':'g'}]}", "tools[0].function"},
	{"{'tools':[{'type':'function','function':{'name':5}}]}", "tools[0].function.name"},
	{"{'tools':[{'type':'function','name':['f']}]}", "tools[0].name"},
	{"{'tools':[{'type':'function','name':'f','description':['d']}]}", "tools[0].description"},
	{"{'tools':[{'type':'function','function':{'name':'f','description':5}}]}",
		"tools[0].function.description"},
	{"{'tools':[{'type':'function','function':{'name':'f','parameters':5}}]}",
		"tools[0].function.parameters"},
	{"{'tools':[{'type':'custom','name':'f','format':'text'}]}", "tools[0].format"},
	{"{'tools':[{'type':'custom','name':'f','format':{'definition':5}}]}",
		"tools[0].format.definition"},
	{"{'tools':[{'type':'custom','name':'f','format':{'definition':'d','syntax':5}}]}",
		"tools[0].format.syntax"},
	{"{'tools':[{'type':'custom','custom':{'name':'f','format':{'grammar':5}}}]}",
		"tools[0].custom.format.grammar"},
	{"{'tools':[{'type':'custom','custom':{'name':'f','format':{'grammar':{"
	 "'definition':5}}}}]}",
		"tools[0].custom.format.grammar.definition"},
	{"{'tools':[{'type':'namespace','name':5,'tools':[]}]}", "tools[0].name"},
	{"{'tools':[{'type':'namespace','name':'n','tools':{}}]}", "tools[0].tools"},
	{"{'tools':[{'type':'namespace','name':'n','tools':[{'type':'function','name':5}]}]}",
		"tools[0].tools[0].name"},
	{F "{'type':5}}", "tool_choice.type"},
	{F "{'type':'function','name':5}}", "tool_choice.name"},
	{F "{'type':'function','name':'f','namespace':5}}", "tool_choice.namespace"},
	{F "{'type':'function','function':'f','name':'f'}}", "tool_choice.function"},
	{F "{'type':'function','function':{'name':5}}}", "tool_choice.function.name"},
	{F "{'type':'allowed_tools','mode':5,'tools':[]}}", "tool_choice.mode"},
	{F "{'type':'allowed_tools','tools':{}}}", "tool_choice.tools"},
	{F "{'type':'allowed_tools','allowed_tools':[]," G "}}", "tool_choice.allowed_tools"},
	{F "{'type':'allowed_tools','tools':[5]}}", "tool_choice.tools[0]"},
	{F "{'type':'allowed_tools','tools':[{'type':5,'name':'f'}]}}",
		"tool_choice.tools[0].type"},
	{F "{'type':'allowed_tools','tools':[{'type':'function','name':5}]}}",
		"tool_choice.tools[0].name"},
	{F "{'type':'allowed_tools','tools':[{'type':'function','function':5,'name':'f'}]}}",
		"tool_choice.tools[0].function"},
};

TEST(wrong_types)
{
	for (size_t i = 0; i < ARRAY_LEN(wrong_types); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(parse(&req, wrong_types[i].body, &err) == -1, "%s is taken",
			wrong_types[i].body);
		check_err(wrong_types[i].body, &err, ERR_INVALID, wrong_types[i].param);
	}
}

TEST(refused)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(parse(&req, refused[i].body, &err) == -1, "%s is taken", refused[i].body);
		check_err(refused[i].body, &err, refused[i].kind, refused[i].param);
	}
}

/* A choice in a namespace is that one's tool, not another's of the same name. */
TEST(choice_in_a_namespace)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	check(parse(&req,
		      "{'tools':[{'type':'function','name':'f'},{'type':'namespace','name':'n',"
		      "'tools':[{'type':'function','name':'f'}]}],"
		      "'tool_choice':{'type':'function','name':'f','namespace':'n'}}",
		      &err) == 0,
		"%s", err.message);
	assert_int_equal(req.tools.choice, TOOL_CHOICE_ONE);
	assert_string_equal(req.tools.list[req.tools.chosen].space, "n");
}

/* The model is told the grammar in words: the API has none for a tool. */
TEST(grammar)
{
	static const char *const bodies[] = {
		"{'tools':[{'type':'custom','name':'f','description':'Does it.',"
		"'format':{'type':'grammar','syntax':'lark','definition':'start: WORD'}}]}",
		"{'tools':[{'type':'custom','custom':{'name':'f','description':'Does it.',"
		"'format':{'type':'grammar','grammar':{'syntax':'lark','definition':"
		"'start: WORD'}}}}]}",
	};

	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		CLEANUP(request_finish) struct request req;
		const char *description;
		struct err err;

		check(parse(&req, bodies[i], &err) == 0, "%s", err.message);
		description = req.tools.list[0].description;
		assert_non_null(strstr(description, "Does it."));
		assert_non_null(strstr(description, "lark"));
		assert_non_null(strstr(description, "start: WORD"));
	}
}

/* A list can be as long as its maximum and no longer. */
TEST(many)
{
	for (int n = 512; n <= 513; n++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf body = BUF_INIT(100000);
		struct err err;

		buf_puts(&body, "{'tools':[");
		for (int i = 0; i < n; i++)
			buf_printf(
				&body, "%s{'type':'function','name':'f%d'}", i > 0 ? "," : "", i);
		buf_puts(&body, "]}");
		check((parse(&req, body.data, &err) == 0) == (n == 512), "%d: %s", n, err.message);
		if (n > 512)
			check_err("many", &err, ERR_INVALID, "tools");
	}
}
