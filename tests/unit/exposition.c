#include "serve/exposition.h"

#include <string.h>

#include "support/check.h"
#include "wire/error.h"

#define P "claude_code_proxy_"

static const struct route rows[] = {
	{.method = "GET", .path = "/models/{id}"},
	{.method = "POST", .path = "/chat/completions"},
};
static const struct route_table table = {rows, ARRAY_LEN(rows)};

static void check_line(const struct buf *text, const char *line)
{
	CLEANUP_BUF struct buf want = BUF_INIT(1000);

	buf_printf(&want, "\n%s\n", line);
	check(strstr(buf_str(text), buf_str(&want)) != NULL, "no '%s' in\n%s", line, buf_str(text));
}

static void check_none(const struct buf *text, const char *words)
{
	check(strstr(buf_str(text), words) == NULL, "'%s' in\n%s", words, buf_str(text));
}

TEST(nothing_yet)
{
	static const struct counts counts;
	static const struct lease_counts children;
	CLEANUP_BUF struct buf text = BUF_INIT(EXPOSITION_MAX);

	exposition_print(&text, &table, &counts, &children);
	check_line(&text, "# TYPE " P "requests_total counter");
	check_none(&text, P "requests_total{");
	check_line(&text, P "errors_total{kind=\"upstream\"} 0");
	check_line(&text, P "client_aborts_total 0");
	check_line(&text, P "tokens_total{kind=\"cached\"} 0");
	check_line(&text, P "heartbeats_total 0");
	check_line(&text, P "children{state=\"parked\"} 0");
	check_line(&text, P "leases_total{kind=\"continued\"} 0");
	check_line(&text, P "request_duration_seconds_bucket{le=\"+Inf\"} 0");
	check_line(&text, P "request_duration_seconds_sum 0.000");
}

TEST(numbers)
{
	struct counts counts = {
		.errors = {[ERR_NONE] = 8, [ERR_KEY] = 3, [ERR_GONE] = 5},
		.tokens = {11, 12, 13},
		.heartbeats = 4,
	};
	struct lease_counts children = {6, 1, 2, 3, 4, 5, {21, 22, 23}};
	CLEANUP_BUF struct buf text = BUF_INIT(EXPOSITION_MAX);

	counts.requests[0][counts_status(404)] = 7;
	counts.requests[COUNTS_NO_PATH][counts_status(404)] = 9;
	counts.requests[1][counts_status(499)] = 2;
	counts.requests[1][counts_status(418)] = 1;
	exposition_print(&text, &table, &counts, &children);
	check_line(&text, P "requests_total{path=\"/models/{id}\",status=\"404\"} 7");
	check_line(&text, P "requests_total{path=\"other\",status=\"404\"} 9");
	check_line(&text, P "requests_total{path=\"/chat/completions\",status=\"499\"} 2");
	check_line(&text, P "requests_total{path=\"/chat/completions\",status=\"other\"} 1");
	check_line(&text, P "errors_total{kind=\"key\"} 3");
	check_none(&text, "client_gone");
	check_none(&text, "none");
	check_line(&text, P "client_aborts_total 5");
	check_line(&text, P "tokens_total{kind=\"input\"} 11");
	check_line(&text, P "tokens_total{kind=\"cached\"} 12");
	check_line(&text, P "tokens_total{kind=\"output\"} 13");
	check_line(&text, P "heartbeats_total 4");
	check_line(&text, P "children_limit 6");
	check_line(&text, P "children{state=\"spare\"} 1");
	check_line(&text, P "children{state=\"leased\"} 2");
	check_line(&text, P "children{state=\"parked\"} 3");
	check_line(&text, P "children{state=\"stopping\"} 4");
	check_line(&text, P "queue 5");
	check_line(&text, P "leases_total{kind=\"continued\"} 21");
	check_line(&text, P "leases_total{kind=\"spare\"} 22");
	check_line(&text, P "leases_total{kind=\"cold\"} 23");
}

/* Each bucket has those before it in it, the last one all. */
TEST(histogram)
{
	struct counts counts = {.first_byte.sum_ms = 1234007};
	static const struct lease_counts children;
	CLEANUP_BUF struct buf text = BUF_INIT(EXPOSITION_MAX);

	counts.first_byte.bucket[0] = 1;
	counts.first_byte.bucket[counts_bucket(251)] += 2;
	counts.first_byte.bucket[counts_bucket(1800001)] += 4;
	exposition_print(&text, &table, &counts, &children);
	check_line(&text, "# TYPE " P "time_to_first_byte_seconds histogram");
	check_line(&text, P "time_to_first_byte_seconds_bucket{le=\"0.1\"} 1");
	check_line(&text, P "time_to_first_byte_seconds_bucket{le=\"0.25\"} 1");
	check_line(&text, P "time_to_first_byte_seconds_bucket{le=\"0.5\"} 3");
	check_line(&text, P "time_to_first_byte_seconds_bucket{le=\"1800\"} 3");
	check_line(&text, P "time_to_first_byte_seconds_bucket{le=\"+Inf\"} 7");
	check_line(&text, P "time_to_first_byte_seconds_sum 1234.007");
	check_line(&text, P "time_to_first_byte_seconds_count 7");
	check_line(&text, P "request_duration_seconds_count 0");
}

TEST(bounds_belong_to_their_bucket)
{
	assert_int_equal(counts_bucket(0), 0);
	assert_int_equal(counts_bucket(100), 0);
	assert_int_equal(counts_bucket(101), 1);
	assert_int_equal(counts_bucket(1800000), COUNTS_BUCKETS - 2);
	assert_int_equal(counts_bucket(1800001), COUNTS_BUCKETS - 1);
}

/* What serve.c may answer with has a place of its own. */
TEST(every_status_is_known)
{
	assert_true(counts_status(200) < COUNTS_STATUSES - 1);
	assert_true(counts_status(204) < COUNTS_STATUSES - 1);
	for (int kind = 0; kind < ERR_KINDS; kind++)
		check(counts_status(error_status((enum err_kind)kind)) < COUNTS_STATUSES - 1, "%s",
			err_name((enum err_kind)kind));
	assert_int_equal(counts_status(0), COUNTS_STATUSES - 1);
	assert_int_equal(counts_status(-1), COUNTS_STATUSES - 1);
}

/* A buffer that is full would swallow lines. */
TEST(the_longest_text_fits)
{
	static struct route longest[ROUTES_MAX];
	const struct route_table full = {longest, ROUTES_MAX};
	struct counts counts;
	struct lease_counts children;
	CLEANUP_BUF struct buf text = BUF_INIT(EXPOSITION_MAX);
	const char *end = P "leases_total{kind=\"cold\"} 18446744073709551615\n";

	for (size_t i = 0; i < ROUTES_MAX; i++)
		longest[i].path = "/a/path/as/long/as/{id}/that";
	memset(&counts, 0xff, sizeof(counts));
	memset(&children, 0xff, sizeof(children));
	exposition_print(&text, &full, &counts, &children);
	assert_true(text.len < EXPOSITION_MAX / 2);
	assert_string_equal(buf_str(&text) + text.len - strlen(end), end);
}
