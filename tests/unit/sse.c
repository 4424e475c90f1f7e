#include "wire/sse.h"

#include <string.h>

#include "support/check.h"

TEST(framing)
{
	CLEANUP_BUF struct buf out = BUF_INIT(1000);
	CLEANUP_JSON cJSON *data = json_of("{'a':1}");

	assert_int_equal(sse_event(&out, NULL, data), 0);
	assert_int_equal(sse_event(&out, "response.created", data), 0);
	assert_int_equal(sse_done(&out), 0);
	assert_string_equal(buf_str(&out), "data: {\"a\":1}\n\n"
					   "event: response.created\ndata: {\"a\":1}\n\n"
					   "data: [DONE]\n\n");
}

/* A line break in a text must not end the data line: CR, LF, and what some readers take for one. */
TEST(line_breaks_in_text)
{
	CLEANUP_BUF struct buf out = BUF_INIT(1000);
	CLEANUP_JSON cJSON *data = cJSON_CreateString("a\r\nb\n\nc\vd\fe");

	assert_int_equal(sse_event(&out, NULL, data), 0);
	assert_int_equal(strcspn(out.data, "\r\n\v\f"), out.len - 2);
}

TEST(full)
{
	CLEANUP_JSON cJSON *data = json_of("{'a':1}");
	size_t whole = strlen("event: e\ndata: {'a':1}\n\n");

	for (size_t max = 0; max <= whole; max++) {
		CLEANUP_BUF struct buf out = BUF_INIT(max);

		check(sse_event(&out, "e", data) == (max == whole ? 0 : -1), "maximum %zu", max);
	}
}
