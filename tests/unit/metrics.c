#include "serve/metrics.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/check.h"

#define PATH 2 /* any */

/* The sum of all numbers: nothing else has changed when it is what was looked at. */
static uint64_t sum(const struct counts *c)
{
	const uint64_t *number = (const uint64_t *)c;
	uint64_t all = 0;

	for (size_t i = 0; i < sizeof(*c) / sizeof(*number); i++)
		all += number[i];
	return all;
}

TEST(an_answer)
{
	const struct outcome outcome = {
		.path_index = PATH,
		.status = 200,
		.asked = true,
		.first_ms = 300,
		.ms = 2000,
		.usage = {.input = 7,
			.cache_read = 50,
			.cache_write = 3,
			.output = 20,
			.reasoning = 9},
	};
	struct metrics *m = metrics_create();
	struct counts c;

	metrics_count(m, &outcome);
	metrics_count(m, &outcome);
	metrics_read(m, &c);
	metrics_destroy(m);
	assert_int_equal(c.requests[PATH][counts_status(200)], 2);
	assert_int_equal(c.errors[ERR_NONE], 2);
	assert_int_equal(c.first_byte.bucket[counts_bucket(300)], 2);
	assert_int_equal(c.first_byte.sum_ms, 600);
	assert_int_equal(c.duration.bucket[counts_bucket(2000)], 2);
	assert_int_equal(c.duration.sum_ms, 4000);
	assert_int_equal(c.tokens[TOKENS_INPUT], 20);
	assert_int_equal(c.tokens[TOKENS_CACHED], 100);
	assert_int_equal(c.tokens[TOKENS_OUTPUT], 40);
	assert_int_equal(sum(&c), 2 + 2 + 2 + 600 + 2 + 4000 + 20 + 100 + 40);
}

TEST(no_answer)
{
	const struct outcome outcome = {.path_index = COUNTS_NO_PATH,
		.status = 404,
		.error = ERR_NOT_FOUND,
		.first_ms = -1,
		.ms = 20};
	struct metrics *m = metrics_create();
	struct counts c;

	metrics_count(m, &outcome);
	metrics_beat(m);
	metrics_read(m, &c);
	metrics_destroy(m);
	assert_int_equal(c.requests[COUNTS_NO_PATH][counts_status(404)], 1);
	assert_int_equal(c.errors[ERR_NOT_FOUND], 1);
	assert_int_equal(c.heartbeats, 1);
	assert_int_equal(sum(&c), 3);
}

/* The corners of the table are in the table. */
TEST(last_places)
{
	const struct outcome outcome = {.path_index = COUNTS_NO_PATH,
		.status = -1,
		.error = ERR_GONE,
		.asked = true,
		.first_ms = 1LL << 40,
		.ms = 1LL << 40};
	struct metrics *m = metrics_create();
	struct counts c;

	metrics_count(m, &outcome);
	metrics_read(m, &c);
	metrics_destroy(m);
	assert_int_equal(c.requests[COUNTS_PATHS - 1][COUNTS_STATUSES - 1], 1);
	assert_int_equal(c.errors[ERR_GONE], 1);
	assert_int_equal(c.duration.bucket[COUNTS_BUCKETS - 1], 1);
	assert_int_equal(sum(&c), 4 + (2ULL << 40));
}

TEST(nowhere_to_count)
{
	const struct outcome outcome = {.path_index = PATH, .status = 200};

	metrics_count(NULL, &outcome);
	metrics_beat(NULL);
}

#define PROCESSES 4
#define TIMES     20000

/* Also what a process counted that was killed. */
TEST(processes_count_together)
{
	struct metrics *m = metrics_create();
	struct counts c;

	for (int i = 0; i < PROCESSES; i++)
		if (fork() == 0) {
			for (int n = 0; n < TIMES; n++)
				metrics_beat(m);
			kill(getpid(), SIGKILL);
		}
	for (int i = 0; i < PROCESSES; i++) {
		int status;

		assert_true(wait(&status) > 0);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	}
	metrics_read(m, &c);
	metrics_destroy(m);
	assert_int_equal(c.heartbeats, PROCESSES * TIMES);
}
