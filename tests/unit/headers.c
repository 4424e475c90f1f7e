#include "claude/headers.h"

#include <string.h>

#include "base/mem.h"
#include "support/check.h"

#define SDK     "[Anthropic SDK DEBUG] [log_a1] "
#define SENDING SDK "sending request {\n  headers: {\n    \"x-api-key\": \"***\",\n  },\n}\n"
#define ANSWER(header)                                                                             \
	SDK "response error (error; no more retries left) {\n  status: 429,\n  headers: {\n    "   \
	    "connection: \"close\",\n    " header ",\n    via: \"x\",\n  },\n}\n"
#define WAIT(seconds) ANSWER("\"retry-after\": \"" seconds "\"")

static const struct {
	const char *said;
	unsigned seconds;
} rows[] = {
	{"", 0},
	{SENDING, 0},
	{SENDING WAIT("7"), 7},
	{WAIT("0"), 1},
	{WAIT("1.2"), 2},
	{WAIT("1.0"), 1},
	{WAIT("3600"), 3600},
	{WAIT("99999999999999999999"), 7 * 24 * 3600},
	{ANSWER("'retry-after': '12'"), 12},
	/* what is no number of seconds */
	{WAIT("Sun, 29 Nov 2026 07:02:15 GMT"), 0},
	{WAIT("-5"), 0},
	{WAIT("7 days"), 0},
	{ANSWER("\"retry-after\": 7"), 0},
	{ANSWER("\"retry-after-ms\": \"7\""), 0},
	/* that of the last answer counts, and no other than an answer's */
	{WAIT("7") SENDING WAIT("9"), 9},
	{WAIT("7") SENDING ANSWER("date: \"x\""), 0},
	{SDK "sending request {\n  headers: {\n    \"retry-after\": \"7\",\n  },\n}\n", 0},
	{"    \"retry-after\": \"7\",\n", 0},
	{ANSWER("date: \"x\"") "    \"retry-after\": \"7\",\n", 0},
	/* the line is not whole yet */
	{SDK "response error {\n    \"retry-after\": \"7", 0},
};

TEST(answers)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct headers h = {0};

		headers_feed(&h, rows[i].said, strlen(rows[i].said));
		check(headers_retry_after(&h) == rows[i].seconds, "%s\n%u", rows[i].said,
			headers_retry_after(&h));
	}
}

TEST(pieces)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct headers h = {0};

		for (size_t k = 0; k < strlen(rows[i].said); k++)
			headers_feed(&h, rows[i].said + k, 1);
		assert_int_equal(headers_retry_after(&h), rows[i].seconds);
	}
}

TEST(long_lines)
{
	struct headers h = {0};
	char line[5000];

	memset(line, '7', sizeof(line));
	for (int i = 0; i < 3; i++)
		headers_feed(&h, line, sizeof(line));
	headers_feed(&h, "\n", 1);
	headers_feed(&h, WAIT("8"), strlen(WAIT("8")));
	assert_int_equal(headers_retry_after(&h), 8);
}
