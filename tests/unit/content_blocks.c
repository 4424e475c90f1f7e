/* Content as it is written for Claude's models: the blocks of Anthropic's API, and MCP's. */
#include "wire/content.h"

#include <stdio.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/parts.h"

#define PNG   "data:image/png;base64,iVBORw0KGgo="
#define IMAGE "[image image/png: iVBORw0KGgo=]"
#define PDF   "JVBERi0xLjQ="

/* As they are sent for Claude's models, and in what an MCP server gave. */
TEST(blocks)
{
	static const struct {
		const char *content, *part;
	} rows[] = {
		{"[{'type':'image','source':{'type':'base64','media_type':'image/jpeg','data':"
		 "'iVBORw0KGgo'},'cache_control':{'type':'ephemeral'}}]",
			IMAGE},
		{"[{'type':'image','source':{'type':'url','url':'https://example.org/a.png'}}]",
			"[image url: https://example.org/a.png]"},
		{"[{'type':'image','data':'iVBORw0KGgo=','mimeType':'image/png'}]", IMAGE},
		{"[{'type':'document','source':{'type':'base64','media_type':'application/pdf',"
		 "'data':'" PDF "'},'title':'a.pdf','citations':{'enabled':true}}]",
			"[document application/pdf named a.pdf: " PDF "]"},
		{"[{'type':'document','source':{'type':'text','media_type':'text/plain','data':"
		 "'YTti'},'title':null}]",
			"[document text/plain: YTti]"},
		{"[{'type':'document','source':{'type':'text','url':'https://example.org/a'}}]",
			"[document url: https://example.org/a]"},
		{"[{'type':'document','source':{'type':'url','url':'https://example.org/a'}}]",
			"[document url: https://example.org/a]"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char want[200];

		snprintf(want, sizeof(want), "user %s\n", rows[i].part);
		check_taken(TURN, rows[i].content, want);
		snprintf(want, sizeof(want), "user [result 1: %s]\n", rows[i].part);
		check_taken(RESULT, rows[i].content, want);
		check_refused(SYSTEM, rows[i].content, "here[0]");
	}
	check_taken(TURN, "[{'type':'document','source':{'type':'text','data':'b'},'context':'a'}]",
		"user a|[document text/plain: b]\n");
}

/* Results of tools among what the user says. */
TEST(results)
{
	check_taken(TURN,
		"[{'type':'tool_result','tool_use_id':'1','content':'a'},{'type':'tool_result',"
		"'tool_use_id':2,'is_error':true,'content':[{'type':'text','text':'b'},{'type':"
		"'image','source':{'type':'base64','data':'iVBORw0KGgo='}}]},{'type':"
		"'tool_result','tool_use_id':'3'},{'type':'text','text':'c'}]",
		"user [result 1: a]|[result 2: b+" IMAGE "]|[result 3: ]|c\n");
	check_refused(TURN, "[{'type':'tool_result','content':'a'}]", "here[0]");
	check_refused(TURN, "[{'type':'tool_result','tool_use_id':[],'content':'a'}]",
		"here[0].tool_use_id");
	check_refused(TURN,
		"[{'type':'tool_result','tool_use_id':'1','content':[{'type':'text','text':'a'},"
		"{'type':'tool_use'}]}]",
		"here[0].content[1]");
	check_refused(RESULT, "[{'type':'tool_result','tool_use_id':'1'}]", "here[0]");
	check_refused(SYSTEM, "[{'type':'tool_result','tool_use_id':'1'}]", "here[0]");
}

struct refused {
	const char *content, *param;
};

static int parse_said(struct request *req, const char *quoted, struct err *err)
{
	CLEANUP_JSON cJSON *content = json_of(quoted);

	*err = (struct err){0};
	request_init(req);
	return content_parse(req, request_add_turn(req, ROLE_ASSISTANT), content, "here", err);
}

/* What the assistant said, called and thought: the API takes no images of its. */
TEST(assistant)
{
	static const struct {
		const char *content, *turn;
	} rows[] = {
		{"'a'", "assistant a\n"},
		{"[{'type':'text','text':'a'},{'type':'tool_use','id':'t1','name':'f.x','input':"
		 "{'a':[1]}}]",
			"assistant a|[call t1 f_x {\"a\":[1]}]\n"},
		{"[{'type':'tool_use','id':7,'name':'f','input':'{}'},{'type':'tool_use','id':"
		 "'8','name':'g'}]",
			"assistant [call 7 f {}]|[call 8 g {}]\n"},
		{"[{'type':'thinking','thinking':'hm','signature':'c2ln'},{'type':'text','text':"
		 "'a'}]",
			"assistant [thinking hm signed c2ln]|a\n"},
		/* thinking that the API would refuse */
		{"[{'type':'thinking','thinking':'hm'},{'type':'text','text':'a'}]",
			"assistant a\n"},
		{"[{'type':'thinking','thinking':'hm','signature':''},{'type':'text','text':'a'}]",
			"assistant a\n"},
		{"[{'type':'thinking','thinking':[{'type':'text','text':'hm'}]},{'type':'text',"
		 "'text':'a'}]",
			"assistant a\n"},
		{"[{'type':'redacted_thinking','data':'x'},{'type':'reasoning','text':'hm'},"
		 "{'type':'reasoning_text','text':'hm'},{'type':'summary_text','text':'hm'},"
		 "{'type':'output_text','text':'a'}]",
			"assistant a\n"},
	};
	static const struct refused wrong[] = {
		{"[{'type':'input_image','image_url':'" PNG "'}]", "here[0]"},
		{"[{'type':'file','file':{'file_data':'" PDF "'}}]", "here[0]"},
		{"[{'type':'image','source':{'data':'iVBORw0KGgo='}}]", "here[0]"},
		{"[{'type':'tool_result','tool_use_id':'1','content':'a'}]", "here[0]"},
		{"[{'type':'tool_use','name':'f'}]", "here[0]"},
		{"[{'type':'tool_use','id':'1'}]", "here[0]"},
		{"[{'type':'tool_use','id':{},'name':'f'}]", "here[0].id"},
		{"[{'type':'tool_use','id':'1','name':5}]", "here[0].name"},
	};
	struct err err;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;

		check(parse_said(&req, rows[i].content, &err) == 0, "%s: %s", rows[i].content,
			err.message);
		check_conversation(rows[i].content, &req, rows[i].turn);
	}
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		CLEANUP(request_finish) struct request req;

		check(parse_said(&req, wrong[i].content, &err) == -1, "%s is taken",
			wrong[i].content);
		check_err(wrong[i].content, &err, ERR_INVALID, wrong[i].param);
	}
}
