/* Content as it is written for Claude's models: the blocks of Anthropic's API, and MCP's. */
#include "wire/content.h"

#include <stdio.h>

#include "support/ask.h"
#include "support/check.h"

#define PNG   "data:image/png;base64,iVBORw0KGgo="
#define IMAGE "[image image/png: iVBORw0KGgo=]"
#define PDF   "JVBERi0xLjQ="

enum where { TURN, RESULT, SYSTEM };

static int parse(struct request *req, enum where where, const char *quoted, struct err *err)
{
	CLEANUP_JSON cJSON *content = json_of(quoted);
	struct turn *t;
	struct part *result;

	*err = (struct err){0};
	request_init(req);
	if (where == SYSTEM)
		return content_parse_system(req, content, "here", err);
	t = request_add_turn(req, ROLE_USER);
	if (where == TURN)
		return content_parse(req, t, content, "here", err);
	result = turn_add(t, PART_RESULT);
	result->id = mem_strdup("1");
	return content_parse_result(result, content, "here", err);
}

static void check_taken(enum where where, const char *content, const char *want)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	check(parse(&req, where, content, &err) == 0, "%s: %s", content, err.message);
	check_conversation(content, &req, want);
}

static void check_refused(enum where where, const char *content, const char *param)
{
	CLEANUP(request_finish) struct request req;
	struct err err;

	check(parse(&req, where, content, &err) == -1, "%s is taken", content);
	check_err(content, &err, ERR_INVALID, param);
}

/* As they are sent for Claude's models, and in what an MCP server gave. */
static void test_blocks(void **state)
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
		{"[{'type':'document','source':{'type':'url','url':'https://example.org/a'}}]",
			"[document url: https://example.org/a]"},
	};

	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests_name("content_blocks", tests, NULL, NULL);
}
