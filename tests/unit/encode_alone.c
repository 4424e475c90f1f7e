/* Whether a child that has seen all but the last turn can be told that turn alone. */
#include "claude/encode.h"

#include <string.h>

#include "claude/mcp.h"
#include "support/check.h"
#include "support/recall.h"

#define TEXT(text)          "{'type':'text','text':'" text "'}"
#define IMAGE_AT(url)       "{'type':'image_url','image_url':{'url':'" url "'}}"
#define PNG                 IMAGE_AT("data:image/png;base64,iVBORw0KGgo=")
#define PDF                 "{'type':'file','file':{'file_data':'JVBERi0xLjQ='}}"
#define USER(content)       "{'role':'user','content':" content "}"
#define ASKED               USER("'q'") ","
#define CALL(id)            "{'id':'" id "','type':'function','function':{'name':'f','arguments':'{}'}}"
#define ONE_CALL            ASKED "{'role':'assistant','tool_calls':[" CALL("t1") "]},"
#define TWO_CALLS           ASKED "{'role':'assistant','tool_calls':[" CALL("t1") "," CALL("t2") "]},"
#define RESULT(id, content) "{'role':'tool','tool_call_id':'" id "','content':" content "}"

static bool is_told(const char *messages)
{
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)8 << 20);
	CLEANUP_JSON cJSON *body = NULL;
	struct fingerprint f;

	buf_printf(&text, "{'messages':[%s]}", messages);
	body = json_of(text.data);
	return recall_seen(&f, &wire_chat, body);
}

TEST(turns)
{
	static const char *const told[] = {
		ASKED "{'role':'assistant','content':'a'}," USER("'b'"),
		ASKED "{'role':'assistant','content':'a'}," USER("[" PNG "]"),
		ASKED "{'role':'assistant','content':'a'}," USER("[" PDF "," TEXT("b") "]"),
		ASKED
		"{'role':'assistant','content':'a'}," USER("[" IMAGE_AT("https://x/y.png") "]"),
		ONE_CALL RESULT("t1", "'b'") ",{'role':'assistant','content':'a'}," USER("'b'"),
		/* what was answered long ago fits anyway */
		ONE_CALL RESULT("t1", "''") ",{'role':'assistant','content':'a'}," USER("'b'"),
	};
	static const char *const not_told[] = {
		USER("'first'"),
		USER("'first'") "," USER("'still the first'"),
		"{'role':'system','content':'only'}",
		"{'role':'system','content':'s'}," USER("'first'"),
		"{'role':'assistant','content':''}," USER("'first'"),
	};

	for (size_t i = 0; i < ARRAY_LEN(told); i++)
		check(is_told(told[i]), "not told: %s", told[i]);
	for (size_t i = 0; i < ARRAY_LEN(not_told); i++)
		check(!is_told(not_told[i]), "told: %s", not_told[i]);
}

TEST(results)
{
	static const char *const told[] = {
		ONE_CALL RESULT("t1", "'b'"),
		ONE_CALL RESULT("t1", "' b\\n'"),
		ONE_CALL RESULT("t1", "[" TEXT("a") "," TEXT("b") "]"),
		ONE_CALL RESULT("t1", "[" TEXT(" ") "," TEXT("b") "]"),
		TWO_CALLS RESULT("t1", "'a'") "," RESULT("t2", "'b'"),
		TWO_CALLS RESULT("t2", "'b'") "," RESULT("t1", "'a'"),
	};
	static const char *const not_told[] = {
		/* a text of the user's beside them, before or behind */
		ONE_CALL RESULT("t1", "'b'") "," USER("'quick'"),
		ONE_CALL USER("'quick'") "," RESULT("t1", "'b'"),
		ONE_CALL RESULT("t1", "'b'") "," USER("[" PNG "]"),
		/* nothing in one */
		ONE_CALL RESULT("t1", "''"),
		ONE_CALL RESULT("t1", "null"),
		ONE_CALL RESULT("t1", "[]"),
		ONE_CALL RESULT("t1", "[" TEXT("") "]"),
		ONE_CALL "{'role':'tool','tool_call_id':'t1'}",
		ONE_CALL RESULT("t1", "' '"),
		ONE_CALL RESULT("t1", "'\\r\\n\\t '"),
		ONE_CALL RESULT("t1", "[" TEXT(" ") "," TEXT("\\n") "]"),
		TWO_CALLS RESULT("t1", "'a'") "," RESULT("t2", "''"),
		TWO_CALLS RESULT("t1", "' '") "," RESULT("t2", "'b'"),
		/* what an answer to a call has no place for, or not as it is */
		ONE_CALL RESULT("t1", "[" PNG "]"),
		ONE_CALL RESULT("t1", "[" TEXT("b") "," PNG "]"),
		TWO_CALLS RESULT("t1", "[" PNG "]") "," RESULT("t2", "'b'"),
		ONE_CALL RESULT("t1", "[" PDF "]"),
		ONE_CALL RESULT("t1", "[" TEXT("b") "," PDF "]"),
		ONE_CALL RESULT("t1", "[" IMAGE_AT("https://x/y.png") "]"),
		ONE_CALL RESULT("t1", "[" TEXT("b") "," IMAGE_AT("https://x/y.png") "]"),
		TWO_CALLS RESULT("t1", "'a'") "," RESULT("t2", "[" TEXT("b") "," PDF "]"),
	};

	for (size_t i = 0; i < ARRAY_LEN(told); i++)
		check(is_told(told[i]), "not told: %s", told[i]);
	for (size_t i = 0; i < ARRAY_LEN(not_told); i++)
		check(!is_told(not_told[i]), "told: %s", not_told[i]);
}

/* One result of texts that are so long, beside another one of `beside` bytes. */
static bool is_long_told(size_t first, size_t second, size_t beside)
{
	CLEANUP_FREE char *letters = mem_alloc(MCP_MAX_ANSWER + 2);
	CLEANUP_BUF struct buf messages = BUF_INIT((size_t)8 << 20);

	memset(letters, 'x', MCP_MAX_ANSWER + 1);
	buf_printf(&messages,
		TWO_CALLS "{'role':'tool','tool_call_id':'t1','content':["
			  "{'type':'text','text':'%.*s'},{'type':'text','text':'%.*s'}]},"
			  "{'role':'tool','tool_call_id':'t2','content':'%.*s'}",
		(int)first, letters, (int)second, letters, (int)beside, letters);
	return is_told(messages.data);
}

TEST(long_results)
{
	assert_true(is_long_told(MCP_MAX_ANSWER, 0, 1));
	assert_false(is_long_told(MCP_MAX_ANSWER + 1, 0, 1));
	assert_true(is_long_told(MCP_MAX_ANSWER - 1, 1, 1));
	assert_false(is_long_told(MCP_MAX_ANSWER, 1, 1));
	/* each has the whole of it */
	assert_true(is_long_told(MCP_MAX_ANSWER, 0, MCP_MAX_ANSWER));
	assert_false(is_long_told(1, 0, MCP_MAX_ANSWER + 1));
}
