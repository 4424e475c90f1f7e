/* Histories of the Responses format with items that only OpenAI or some client makes. */
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "wire/wire.h"

#define EMPTY  "{'type':'object','properties':{}}"
#define INPUT  "{'type':'object','properties':{'input':{'type':'string'}},'required':['input']}"
#define HI     "{'role':'user','content':'hi'}"
#define BYE    "{'role':'user','content':'bye'}"
#define F      "{'type':'function','name':'f'}"
#define SEARCH "{'type':'tool_search','execution':'client','description':'find','parameters':null}"
#define G(d)   "{'type':'function','name':'g','description':'" d "'}"

/* Tools that are declared on the way, after those of `tools`. */
static const struct {
	const char *body, *tools;
} declared[] = {
	{"{'input':[{'type':'additional_tools','role':'developer','tools':[{'type':'namespace',"
	 "'name':'n','tools':[{'type':'custom','name':'x'}," F "]}]}," HI "]}",
		"n/x as x custom " INPUT "\nn/f as f " EMPTY "\nchoose auto\n"},
	{"{'tools':[" F "],'input':[{'type':'additional_tools','tools':[" G(
		 "1") "]}," HI ","
		      "{'type':'additional_tools','tools':[]},{'type':'additional_tools','tools':"
		      "null}]}",
		"f as f " EMPTY "\ng as g (1) " EMPTY "\nchoose auto\n"},
	/* again, and as another kind: the last one counts, under the same name */
	{"{'tools':[" G("1") "],'input':[{'type':'additional_tools','tools':[" F "," G(
		 "2") "]}," HI
		      ",{'type':'additional_tools','tools':[{'type':'custom','name':'f'}," F "]}]}",
		"g as g (2) " EMPTY "\nf as f " EMPTY "\nchoose auto\n"},
	{"{'tools':[" F "],'input':[{'type':'additional_tools','tools':[{'type':'custom',"
	 "'name':'f'}]}," HI "]}",
		"f as f custom " INPUT "\nchoose auto\n"},
	/* what a search found, the client's or OpenAI's */
	{"{'tools':[" SEARCH "],'input':[" HI ",{'type':'tool_search_output','execution':'server',"
	 "'call_id':null,'tools':[{'type':'namespace','name':'n','tools':[" F "]}," G("1") "]}]}",
		"tool_search as tool_search search (find) " EMPTY "\nn/f as f " EMPTY
		"\ng as g (1) " EMPTY "\nchoose auto\n"},
	/* a choice of one of them */
	{"{'tool_choice':{'type':'function','name':'g'},'input':[" HI ",{'type':"
	 "'additional_tools','tools':[" F "," G("1") "]}]}",
		"f as f " EMPTY "\ng as g (1) " EMPTY "\nchoose one g\n"},
	{"{'tool_choice':'required','input':[" HI ",{'type':'additional_tools','tools':[" F "]}]}",
		"f as f " EMPTY "\nchoose any\n"},
};

TEST(declared)
{
	for (size_t i = 0; i < ARRAY_LEN(declared); i++) {
		CLEANUP(request_finish) struct request req;

		ask(&wire_responses, &req, declared[i].body);
		check_tools(declared[i].body, &req, declared[i].tools);
		check_conversation(declared[i].body, &req, "user hi\n");
		check_ignored(declared[i].body, &req, "");
	}
}

/* As many as there may be, declared a second time, then one more. */
TEST(most_tools)
{
	CLEANUP_BUF struct buf list = BUF_INIT(1 << 20), body = BUF_INIT(1 << 20);
	CLEANUP(request_finish) struct request req, more;
	struct err err;

	for (int i = 0; i < TOOLS_MAX; i++)
		buf_printf(&list, "%s{'type':'function','name':'f%d'}", i > 0 ? "," : "", i);
	buf_printf(&body,
		"{'tools':[%s],'input':[" HI ",{'type':'additional_tools','tools':[%s]}]}",
		list.data, list.data);
	ask(&wire_responses, &req, body.data);
	assert_int_equal(req.tools.n, TOOLS_MAX);
	buf_clear(&body);
	buf_printf(&body,
		"{'tools':[%s],'input':[" HI ",{'type':'additional_tools','tools':[" F "]}]}",
		list.data);
	assert_int_equal(ask_try(&wire_responses, &more, body.data, &err), -1);
	check_err("one more", &err, ERR_INVALID, "input[1].tools");
}

#define CALL(type, id, rest)    "{'type':'" type "','call_id':'" id "'" rest "}"
#define FN(id)                  CALL("function_call", id, ",'name':'f','arguments':'{}'")
#define SHELL(id)               CALL("shell_call", id, ",'action':{'commands':['ls']}")
#define OUTPUT(type, id, value) CALL(type "_output", id, ",'output':" value)
#define FN_OUT(id)              OUTPUT("function_call", id, "'o'")
#define SHELL_OUT(id)           OUTPUT("shell_call", id, "'s'")
#define PNG                     "data:image/png;base64,iVBORw0KGgo="

#define NO_PICTURE "(A picture that cannot be shown here.)"
#define MCP_ASKED(id)                                                                              \
	"{'type':'mcp_approval_request','id':'" id "','server_label':'wiki','name':'ask',"         \
	"'arguments':'{\\'q\\':1}'}"
#define ONE(type, rest) "{'input':[{'call_id':'c','type':'" type "'," rest "}]}"

/* What the model is told of tools that the client runs without having declared them. */
static const struct {
	const char *items, *conversation, *ignored;
} told[] = {
	{CALL("local_shell_call", "c1",
		 ",'id':'lsh_1','status':'completed','action':{'type':'exec','command':['"
		 "ls']}") "," OUTPUT("local_shell_call", "c1", "'{\\'stdout\\':1}'"),
		"assistant [call c1 local_shell {\"type\":\"exec\",\"command\":[\"ls\"]}]\n"
		"user [result c1: {\"stdout\":1}]\n",
		""},
	/* which answers it with a function's output, or by one of its ids */
	{CALL("local_shell_call", "c1", "") "," FN_OUT("c1"),
		"assistant [call c1 local_shell {}]\nuser [result c1: o]\n", ""},
	{CALL("local_shell_call", "c1", ",'id':'lsh_1'") ",{'type':'local_shell_call_output',"
							 "'id':'lsh_1','output':'o'}",
		"assistant [call c1 local_shell {}]\nuser [result c1: o]\n", ""},
	{CALL("local_shell_call", "c1", ",'id':'lsh_1'") ",{'type':'local_shell_call_output',"
							 "'id':'c1','output':'o'}",
		"assistant [call c1 local_shell {}]\nuser [result c1: o]\n", ""},
	{"{'type':'local_shell_call','id':'x1','call_id':null},"
	 "{'type':'local_shell_call_output','id':'x1','output':'o'}",
		"assistant [call x1 local_shell {}]\nuser [result x1: o]\n", ""},
	{SHELL("c1") "," OUTPUT("shell_call", "c1",
		 "[{'stdout':'a','stderr':'','outcome':{'type':'exit','exit_code':0}}]"),
		"assistant [call c1 shell {\"commands\":[\"ls\"]}]\nuser [result c1: "
		"[{\"stdout\":\"a\",\"stderr\":\"\",\"outcome\":{\"type\":\"exit\","
		"\"exit_code\":0}}]]\n",
		""},
	{CALL("apply_patch_call", "c1", ",'operation':{'type':'delete_file','path':'p'}") "," CALL(
		 "apply_patch_"
		 "call_output",
		 "c1", ",'status':'failed','output':'gone'"),
		"assistant [call c1 apply_patch "
		"{\"type\":\"delete_file\",\"path\":\"p\"}]\n"
		"user [result c1: failed: gone]\n",
		""},
	{CALL("apply_patch_call", "c1", "") "," CALL(
		 "apply_patch_call_output", "c1", ",'status':'completed'"),
		"assistant [call c1 apply_patch {}]\nuser [result c1: completed]\n", ""},
	{CALL("computer_call", "c1", ",'action':{'type':'wait'}") "," OUTPUT(
		 "computer_call", "c1", "{'type':'computer_screenshot','image_url':'" PNG "'}"),
		"assistant [call c1 computer {\"type\":\"wait\"}]\n"
		"user [result c1: [image image/png: iVBORw0KGgo=]]\n",
		""},
	{CALL("computer_call", "c1", ",'actions':[{'type':'wait'}]") "," OUTPUT(
		 "computer_call", "c1", "null"),
		"assistant [call c1 computer {\"actions\":[{\"type\":\"wait\"}]}]\n"
		"user [result c1: ]\n",
		""},
	/* a program calls functions; its result comes after all of theirs */
	{CALL("program", "p", ",'code':'f()'") "," FN("c1") "," FN_OUT("c1") "," FN(
		 "c2") "," FN_OUT("c2") "," CALL("program_output", "p",
		 ",'result':'r','status':'completed'"),
		"assistant [call p program {\"code\":\"f()\"}]|[call c1 f {}]\n"
		"user [result c1: o]|[result p: r]\nassistant [call c2 f {}]\n"
		"user [result c2: o]\n",
		""},
	/* the client's search for tools, and one of OpenAI's */
	{CALL("tool_search_call", "c1", ",'execution':'client','arguments':{'query':'q'}") "," CALL(
		 "tool_search_output", "c1", ",'tools':[" F "]"),
		"assistant [call c1 tool_search {\"query\":\"q\"}]\nuser [result c1: "
		"[{\"type\":\"function\",\"name\":\"f\"}]]\n",
		""},
	{CALL("tool_search_call", "c1", "") "," CALL("tool_search_output", "c1", ",'tools':null"),
		"assistant [call c1 tool_search {}]\nuser [result c1: []]\n", ""},
	{"{'type':'tool_search_call','execution':'server','call_id':null,'arguments':{}},"
	 "{'type':'tool_search_output','execution':'server','tools':[]}",
		"", "input.tool_search_call"},
	/* what OpenAI runs, where the item has its result */
	{"{'type':'web_search_call','id':'ws_1','action':{'type':'search','query':'q',"
	 "'sources':[{'type':'url','url':'u'}]}}",
		"assistant [call input1 web_search {\"type\":\"search\",\"query\":\"q\"}]\n"
		"user [result input1: [{\"type\":\"url\",\"url\":\"u\"}]]\n",
		""},
	{"{'type':'web_search_call','results':['r'],'action':{'sources':[]}},"
	 "{'type':'file_search_call','queries':['q'],'results':[{'text':'t'}]}",
		"assistant [call input1 web_search {}]\nuser [result input1: [\"r\"]]\n"
		"assistant [call input2 file_search {\"queries\":[\"q\"]}]\n"
		"user [result input2: [{\"text\":\"t\"}]]\n",
		""},
	{"{'type':'code_interpreter_call','code':'1','outputs':[{'type':'logs','logs':'a'},"
	 "{'type':'image','url':'" PNG "'},{'type':'image','url':'https://x/y'}]}",
		"assistant [call input1 code_interpreter {\"code\":\"1\"}]\nuser [result input1: "
		"a+[image image/png: iVBORw0KGgo=]+" NO_PICTURE "]\n",
		""},
	{"{'type':'code_interpreter_call','code':null,'outputs':[]}",
		"assistant [call input1 code_interpreter {}]\nuser [result input1: ]\n", ""},
	{"{'type':'image_generation_call','revised_prompt':'p','output_format':'webp',"
	 "'result':'iVBORw0KGgo='},{'type':'image_generation_call','result':'PHN2Zz4='},"
	 "{'type':'image_generation_call','result':'?'},"
	 "{'type':'image_generation_call','result':null,'error':{'message':'m'}}",
		"assistant [call input1 image_generation {\"prompt\":\"p\"}]\n"
		"user [result input1: [image image/png: iVBORw0KGgo=]]\n"
		"assistant [call input2 image_generation {}]\nuser [result input2: " NO_PICTURE
		"]\nassistant [call input3 image_generation {}]\nuser [result input3: " NO_PICTURE
		"]\nassistant [call input4 image_generation {}]\n"
		"user [result input4: {\"message\":\"m\"}]\n",
		""},
	{"{'type':'mcp_call','id':'mcp_1','server_label':'wiki','name':'ask','arguments':"
	 "'{\\'q\\':1}','output':'o','error':null},{'type':'mcp_call','error':{'code':1}}",
		"assistant [call input1 wiki_ask {\"q\":1}]\nuser [result input1: o]\n"
		"assistant [call input2 mcp_call {}]\nuser [result input2: {\"code\":1}]\n",
		""},
	{MCP_ASKED("r1") "," MCP_ASKED("r2") ",{'type':'mcp_approval_response','approve':true,"
					     "'approval_request_id':'r1'},{'type':"
					     "'mcp_approval_response','approval_request_id':'r2',"
					     "'approve':false,'reason':'no'}",
		"assistant [call r1 wiki_ask {\"q\":1}]|[call r2 wiki_ask {\"q\":1}]\n"
		"user [result r1: The user approved this call.]|"
		"[result r2: The user did not approve this call: no]\n",
		""},
	{"{'type':'web_search_call','action':{'type':'search','query':'q'}},"
	 "{'type':'web_search_call'},{'type':'file_search_call','queries':['q']},"
	 "{'type':'code_interpreter_call','code':'1','outputs':null},"
	 "{'type':'image_generation_call','result':null},{'type':'mcp_list_tools','tools':[]},"
	 "{'type':'mcp_call','name':'ask'}," MCP_ASKED("r1"),
		"",
		"input.web_search_call input.file_search_call input.code_interpreter_call "
		"input.image_generation_call input.mcp_list_tools input.mcp_call "
		"input.mcp_approval_request"},
	/* what is neither a call nor a message of OpenAI's */
	{"{'type':'agent_message','author':'/root','recipient':'/root/a','content':[{'type':"
	 "'encrypted_content','encrypted_content':'x'},{'type':'input_text','text':'go'}]}",
		"|Message from /root to /root/a:\n|go\n", "input.agent_message"},
	{"{'type':'agent_message','content':'go'}", "|Message from an agent to you:\n|go\n", ""},
	{"{'type':'agent_message','content':[{'type':'encrypted_content'}]},"
	 "{'type':'agent_message'}",
		"", "input.agent_message"},
	{"{'type':'function_call_output','name':'n','output':[{'type':'input_text','text':'t'},"
	 "{'type':'input_image','image_url':'" PNG "'}]}",
		"|Output of n:\n|t|[image image/png: iVBORw0KGgo=]\n", ""},
	/* nobody but OpenAI can read it; what we do not know; each type once */
	{"{'type':'compaction','encrypted_content':'x'},{'type':'compaction_trigger'},"
	 "{'type':'new, \xc3\xa9','id':5},{'type':'compaction'},{'type':''}",
		"", "input.compaction input.compaction_trigger input.new%2C%20%C3%A9 input."},
	/* clients trim, and do not wait for each other */
	{SHELL("c1"), "", "input.shell_call"},
	{SHELL("c1") "," SHELL("c2") "," CALL("computer_call", "c3", ""), "",
		"input.shell_call input.computer_call"},
	{SHELL_OUT("c1"), "", "input.shell_call_output"},
	{SHELL_OUT("c1") "," SHELL("c1"), "", "input.shell_call_output input.shell_call"},
	{SHELL("c1") "," SHELL("c1") "," SHELL_OUT("c1") "," SHELL_OUT("c1"),
		"assistant [call c1 shell {\"commands\":[\"ls\"]}]\nuser [result c1: s]\n",
		"input.shell_call input.shell_call_output"},
	{"{'type':'shell_call','action':{}},{'type':'shell_call_output'}", "",
		"input.shell_call input.shell_call_output"},
	{SHELL("c1") "," HI "," SHELL_OUT("c1"),
		"assistant [call c1 shell {\"commands\":[\"ls\"]}]\nuser [result c1: "
		"s]|hi\n",
		""},
	{FN("c1") "," SHELL("c2") "," SHELL_OUT("c2") "," FN("c3") "," FN_OUT("c1") "," FN_OUT(
		 "c3"),
		"assistant [call c1 f {}]|[call c2 shell {\"commands\":[\"ls\"]}]\n"
		"user [result c2: s]|[result c1: o]\nassistant [call c3 f {}]\n"
		"user [result c3: o]\n",
		""},
	{FN("c1") "," SHELL_OUT("x") "," FN("c2") "," FN_OUT("c1") "," FN_OUT("c2"),
		"assistant [call c1 f {}]\nuser [result c1: o]\nassistant [call c2 f {}]\n"
		"user [result c2: o]\n",
		"input.shell_call_output"},
};

/* Before them the user says hi, after them bye. */
TEST(told)
{
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		CLEANUP_BUF struct buf body = BUF_INIT(10000), want = BUF_INIT(10000);
		CLEANUP(request_finish) struct request req;
		const char *said = told[i].conversation;

		buf_printf(&body, "{'tools':[" F "],'input':[" HI ",%s," BYE "]}", told[i].items);
		ask(&wire_responses, &req, body.data);
		if (said[0] == '\0' || said[0] == '|')
			buf_printf(&want, "user hi%.*s|bye\n",
				said[0] == '|' ? (int)strlen(said) - 1 : 0, said);
		else
			buf_printf(&want, "user hi\n%.*s|bye\n", (int)strlen(said) - 1, said);
		check_conversation(told[i].items, &req, want.data);
		check_ignored(told[i].items, &req, told[i].ignored);
	}
}

/* The last one counts, also over what the request says outside. */
TEST(updates)
{
#define FORMAT(rest) "{'type':'configuration_update','text':{'format':{" rest "}}}"
#define SCHEMA(type) FORMAT("'type':'json_schema','name':'n','schema':{'type':'" type "'}")
#define EFFORT(e)    "{'type':'configuration_update','reasoning':{'effort':" e "}}"
	static const struct {
		const char *items;
		enum effort effort;
		bool schema;
	} rows[] = {
		{EFFORT("'high'") "," EFFORT("'low'"), EFFORT_LOW, true},
		{EFFORT("'high'") "," EFFORT("null"), EFFORT_HIGH, true},
		{"{'type':'configuration_update'}", EFFORT_MAX, true},
		{SCHEMA("object"), EFFORT_MAX, true},
		{SCHEMA("object") "," FORMAT("'type':'text'"), EFFORT_MAX, false},
		{FORMAT("'type':'text'"), EFFORT_MAX, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf body = BUF_INIT(10000);
		CLEANUP(request_finish) struct request req;

		buf_printf(&body,
			"{'reasoning':{'effort':'max'},'text':{'format':{'type':'json_object'}},"
			"'input':[" HI ",%s]}",
			rows[i].items);
		ask(&wire_responses, &req, body.data);
		check_ignored(rows[i].items, &req, "");
		check(req.effort == rows[i].effort, "%s: effort", rows[i].items);
		check((req.schema != NULL) == rows[i].schema, "%s: schema", rows[i].items);
		if (req.schema != NULL)
			assert_string_equal(req.schema, "{\"type\":\"object\"}");
	}
}

/* As large a picture as the API takes, then one that is larger, whatever is in it. */
TEST(large_pictures)
{
	static const size_t limit = (size_t)5 << 20;
	static const char head[] = "data:image/png;base64,iVBORw0KGgo";
	CLEANUP_FREE char *data = mem_alloc(limit);

	memset(data, 'A', limit);
	for (size_t extra = 0; extra <= 4; extra += 4) {
		CLEANUP_BUF struct buf body = BUF_INIT(2 * limit);
		CLEANUP(request_finish) struct request req;
		size_t n = (limit - strlen(head)) / 4 * 4 + extra + 1;
		const struct part *result;

		buf_puts(&body, "{'input':[{'type':'image_generation_call','result':'iVBORw0KGgo");
		buf_add(&body, data, n);
		buf_puts(&body, "'}]}");
		ask(&wire_responses, &req, body.data);
		result = &req.turns[1].parts[0];
		assert_int_equal(result->n_parts, 1);
		assert_int_equal(result->parts[0].kind, extra == 0 ? PART_IMAGE : PART_TEXT);
	}
}

static const struct {
	const char *body, *param;
} refused[] = {
	{"{'input':[" HI ",{'type':'additional_tools','tools':" F "}]}", "input[1].tools"},
	{"{'input':[" HI ",{'type':'additional_tools','tools':[5]}]}", "input[1].tools[0]"},
	{"{'input':[" HI ",{'type':'additional_tools','tools':[" F ",{'type':'function','name':5}"
	 "]}]}",
		"input[1].tools[1].name"},
	{"{'tools':[" F "," F "],'input':'hi'}", "tools[1]"},
	/* Nothing of a wrong type is taken for absent. */
	{ONE("local_shell_call", "'action':'ls'"), "input[0].action"},
	{ONE("shell_call", "'action':[]"), "input[0].action"},
	{"{'input':[{'type':'shell_call','call_id':{}}]}", "input[0].call_id"},
	{ONE("apply_patch_call", "'operation':5"), "input[0].operation"},
	{ONE("apply_patch_call_output", "'status':5"), "input[0].status"},
	{ONE("apply_patch_call_output", "'output':[]"), "input[0].output"},
	{ONE("computer_call", "'action':5"), "input[0].action"},
	{ONE("computer_call", "'actions':{}"), "input[0].actions"},
	{ONE("computer_call_output", "'output':'x'"), "input[0].output"},
	{ONE("computer_call_output", "'output':{'image_url':5}"), "input[0].output[0].image_url"},
	{ONE("shell_call_output", "'output':[{'type':'input_text','text':5}]"),
		"input[0].output[0].text"},
	{ONE("program", "'code':5"), "input[0].code"},
	{ONE("web_search_call", "'action':5"), "input[0].action"},
	{ONE("web_search_call", "'action':{'sources':{}}"), "input[0].action.sources"},
	{ONE("web_search_call", "'results':'r'"), "input[0].results"},
	{ONE("file_search_call", "'queries':'q'"), "input[0].queries"},
	{ONE("file_search_call", "'results':{}"), "input[0].results"},
	{ONE("code_interpreter_call", "'code':5"), "input[0].code"},
	{ONE("code_interpreter_call", "'outputs':'o'"), "input[0].outputs"},
	{ONE("code_interpreter_call", "'outputs':[{'logs':'a'},5]"), "input[0].outputs[1]"},
	{ONE("code_interpreter_call", "'outputs':[{'logs':5}]"), "input[0].outputs[0].logs"},
	{ONE("code_interpreter_call", "'outputs':[{'url':5}]"), "input[0].outputs[0].url"},
	{ONE("image_generation_call", "'result':5"), "input[0].result"},
	{ONE("image_generation_call", "'revised_prompt':5"), "input[0].revised_prompt"},
	{ONE("image_generation_call", "'error':5"), "input[0].error"},
	{ONE("mcp_call", "'output':5"), "input[0].output"},
	{ONE("mcp_call", "'output':'o','name':5"), "input[0].name"},
	{ONE("mcp_call", "'output':'o','server_label':5"), "input[0].server_label"},
	{ONE("mcp_approval_request", "'id':{}"), "input[0].id"},
	{ONE("mcp_approval_response", "'approval_request_id':[]"), "input[0].approval_request_id"},
	{ONE("mcp_approval_response", "'approve':'yes'"), "input[0].approve"},
	{ONE("mcp_approval_response", "'reason':5"), "input[0].reason"},
	{ONE("agent_message", "'author':5"), "input[0].author"},
	{ONE("agent_message", "'recipient':5"), "input[0].recipient"},
	{ONE("agent_message", "'content':[{'type':'text','text':5}]"), "input[0].content[0].text"},
	{ONE("configuration_update", "'reasoning':'low'"), "input[0].reasoning"},
	{ONE("configuration_update", "'reasoning':{'effort':'x'}"), "input[0].reasoning.effort"},
	{ONE("configuration_update", "'text':[]"), "input[0].text"},
	{ONE("configuration_update", "'text':{'format':{'type':'x'}}"), "input[0].text.format"},
	{"{'input':[{'type':'function_call_output','name':5}]}", "input[0].name"},
	{"{'input':[" HI ",{'type':'tool_search_output','tools':[5]}]}", "input[1].tools[0]"},
	{"{'input':[" HI ",{'type':'tool_search_call','call_id':{}}]}", "input[1].call_id"},
	{"{'tools':[{'type':'tool_search','execution':5}],'input':'hi'}", "tools[0].execution"},
	{"{'tools':[{'type':'tool_search','execution':'client','parameters':5}],'input':'hi'}",
		"tools[0].parameters"},
	/* a function that nobody answers is a mistake all the same */
	{"{'input':[" SHELL("c1") "," FN("c2") "," SHELL_OUT("c1") "]}", "input"},
	{"{'input':[" SHELL("c1") "," SHELL_OUT("c1") "," FN_OUT("c2") "]}", "input"},
};

/* Types that differ only far from their beginning are two, of items and of tools. */
TEST(long_types)
{
	CLEANUP_BUF struct buf body = BUF_INIT(1 << 20);
	CLEANUP(request_finish) struct request req;

	buf_printf(&body,
		"{'input':[" HI ",{'type':'%0999d'},{'type':'%0999d'}],"
		"'tools':[{'type':'%0999d'},{'type':'%0999d'}]}",
		1, 2, 1, 2);
	ask(&wire_responses, &req, buf_str(&body));
	assert_int_equal(req.ignored.n, 4);
}

TEST(refused)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(ask_try(&wire_responses, &req, refused[i].body, &err) == -1, "%s is taken",
			refused[i].body);
		check_err(refused[i].body, &err, ERR_INVALID, refused[i].param);
		assert_non_null(strstr(err.message, refused[i].param));
	}
}
