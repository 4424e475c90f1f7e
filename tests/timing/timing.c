/*
 * Whether the time of keys_check tells anything of a key, after dudect (Reparaz, Balasch and
 * Verbauwhede, 2017): two kinds of headers in random order, a million calls, and no difference
 * of their mean times that chance would not make. A check that stops at the first byte that
 * differs is measured as well, to see that it would be found out.
 */
#include "config/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "timing/welch.h"
#include "support/test.h"

/* By chance |t| is larger once in 150,000 times. */
#define MOST_T 4.5

#define CALLS         1000000
#define CALLS_CONTROL 50000
#define BATCH         10000

/* What else the machine does adds time, and much of it: the slowest tenth does not count. */
#define KEEP 0.9

/* Noise that is not chance does not come three times. */
#define TRIES 3

#define KEY_SIZE    33
#define HEADER_SIZE (7 + KEY_SIZE)

typedef int check_fn(
	const struct api_keys *keys, const char *header, size_t *which, struct err *err);

static int check_header(
	const struct api_keys *keys, const char *header, size_t *which, struct err *err)
{
	return keys_check(keys, keys_bearer(header), which, err);
}

/* Writes a key of the kind. */
typedef void make_fn(char key[KEY_SIZE], bool second);

static struct api_keys keys;
static char first_key[KEY_SIZE], last_key[KEY_SIZE], near_key[KEY_SIZE];

static void make_random(char key[KEY_SIZE])
{
	unsigned char bytes[(KEY_SIZE - 1) / 2];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2hex(key, KEY_SIZE, bytes, sizeof(bytes));
}

static void add_key(const char *key, const unsigned char *hash)
{
	struct api_key k = {0};
	struct err err;

	snprintf(k.label, sizeof(k.label), "key-%zu", keys.n);
	if (key != NULL)
		keys_hash(k.hash, key);
	else
		memcpy(k.hash, hash, sizeof(k.hash));
	assert_int_equal(keys_add(&keys, &k, &err), 0);
}

/* The first and the last are keys; those between differ from a wrong key in the last byte. */
static int set_up(void **state)
{
	unsigned char hash[KEYS_HASH_SIZE];

	(void)state;
	make_random(first_key);
	make_random(last_key);
	make_random(near_key);
	add_key(first_key, NULL);
	keys_hash(hash, near_key);
	while (keys.n < KEYS_MAX - 1) {
		hash[KEYS_HASH_SIZE - 1]++;
		add_key(NULL, hash);
	}
	add_key(last_key, NULL);
	return 0;
}

TEST_GROUP(set_up, NULL);

/* Wrong ones: one whose hash is nearly right, or any. */
static void make_wrong(char key[KEY_SIZE], bool second)
{
	if (second)
		make_random(key);
	else
		memcpy(key, near_key, KEY_SIZE);
}

/* Right ones: the first in the list, or the last. */
static void make_right(char key[KEY_SIZE], bool second)
{
	memcpy(key, second ? last_key : first_key, KEY_SIZE);
}

/* What is made here takes its time before the first call is measured. */
struct batch {
	bool second[BATCH];
	double ns[BATCH];
	double sorted[BATCH];
	char header[BATCH][HEADER_SIZE];
};

static void fill(struct batch *b, make_fn *make)
{
	for (size_t i = 0; i < BATCH; i++) {
		char key[KEY_SIZE];

		b->second[i] = randombytes_uniform(2) == 1;
		make(key, b->second[i]);
		snprintf(b->header[i], HEADER_SIZE, "Bearer %s", key);
	}
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static void measure(struct batch *b, check_fn *check)
{
	for (size_t i = 0; i < BATCH; i++) {
		struct err err;
		size_t which;
		double begun = now();

		check(&keys, b->header[i], &which, &err);
		b->ns[i] = now() - begun;
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * Times above this are too long to count. Each batch has its own, because a machine that others use
 * may be slower for a while than it was at first; both kinds of headers are in each batch.
 */
static double longest_of(struct batch *b)
{
	memcpy(b->sorted, b->ns, sizeof(b->ns));
	qsort(b->sorted, BATCH, sizeof(b->sorted[0]), compare);
	return b->sorted[(size_t)(BATCH * KEEP)];
}

static void measure_batch(struct batch *b, check_fn *check, make_fn *make, struct sample samples[2])
{
	double longest;

	fill(b, make);
	measure(b, check);
	longest = longest_of(b);
	for (size_t i = 0; i < BATCH; i++)
		if (b->ns[i] <= longest)
			sample_add(&samples[b->second[i]], b->ns[i]);
}

static double t_of(check_fn *check, make_fn *make, size_t calls)
{
	struct batch *b = calloc(1, sizeof(*b));
	struct sample warm_up[2] = {{0}, {0}}, samples[2] = {{0}, {0}};
	double t;

	assert_non_null(b);
	measure_batch(b, check, make, warm_up);
	for (size_t done = 0; done < calls; done += BATCH)
		measure_batch(b, check, make, samples);
	free(b);
	t = welch_t(&samples[0], &samples[1]);
	print_message("%.1f ns and %.1f ns, t = %.2f\n", samples[0].mean, samples[1].mean, t);
	assert_true(samples[0].n + samples[1].n > calls / 4);
	return fabs(t);
}

/* As it would be written without a thought of this, but for the same answer. */
static int check_leaky(
	const struct api_keys *list, const char *header, size_t *which, struct err *err)
{
	unsigned char hash[KEYS_HASH_SIZE];

	keys_hash(hash, header + 7);
	for (size_t i = 0; i < list->n; i++) {
		size_t n = 0;

		while (n < sizeof(hash) && hash[n] == list->list[i].hash[n])
			n++;
		if (n == sizeof(hash)) {
			*which = i;
			return 0;
		}
	}
	return err_set(err, ERR_KEY, "no such key");
}

static void assert_even(make_fn *make)
{
	double t = 0;

	for (int i = 0; i < TRIES; i++) {
		t = t_of(check_header, make, CALLS);
		if (t < MOST_T)
			return;
	}
	fail_msg("the times differ: t = %.2f", t);
}

TEST(wrong_keys)
{
	assert_even(make_wrong);
}

TEST(right_keys)
{
	assert_even(make_right);
}

TEST(control)
{
	assert_true(t_of(check_leaky, make_wrong, CALLS_CONTROL) > MOST_T);
	assert_true(t_of(check_leaky, make_right, CALLS_CONTROL) > MOST_T);
}
