#include "serve/metrics.h"

#include <assert.h>
#include <stdatomic.h>

#include "base/mem.h"

#define SLOTS (sizeof(struct counts) / sizeof(uint64_t))

static_assert(sizeof(struct counts) % sizeof(uint64_t) == 0, "struct counts is numbers alone");

/* The numbers of a struct counts, each of which is atomic on its own. */
struct metrics {
	atomic_uint_least64_t slot[SLOTS];
};

#define SLOT(member) (offsetof(struct counts, member) / sizeof(uint64_t))

struct metrics *metrics_create(void)
{
	return mem_share(sizeof(struct metrics));
}

void metrics_destroy(struct metrics *m)
{
	mem_unshare(m, sizeof(*m));
}

static void add(struct metrics *m, size_t slot, uint64_t n)
{
	atomic_fetch_add_explicit(&m->slot[slot], n, memory_order_relaxed);
}

static void observe(struct metrics *m, size_t histogram, long long ms)
{
	if (ms < 0)
		return;
	add(m,
		histogram + offsetof(struct histogram, bucket) / sizeof(uint64_t) +
			counts_bucket(ms),
		1);
	add(m, histogram + offsetof(struct histogram, sum_ms) / sizeof(uint64_t), (uint64_t)ms);
}

void metrics_count(struct metrics *m, const struct outcome *o)
{
	if (m == NULL)
		return;
	add(m, SLOT(requests) + o->path_index * COUNTS_STATUSES + counts_status(o->status), 1);
	add(m, SLOT(errors) + (size_t)o->error, 1);
	observe(m, SLOT(first_byte), o->first_ms);
	observe(m, SLOT(duration), o->asked ? o->ms : -1);
	add(m, SLOT(tokens) + TOKENS_INPUT, o->usage.input + o->usage.cache_write);
	add(m, SLOT(tokens) + TOKENS_CACHED, o->usage.cache_read);
	add(m, SLOT(tokens) + TOKENS_OUTPUT, o->usage.output);
}

void metrics_beat(struct metrics *m)
{
	if (m != NULL)
		add(m, SLOT(heartbeats), 1);
}

void metrics_read(const struct metrics *m, struct counts *counts)
{
	uint64_t *number = (uint64_t *)counts;

	for (size_t i = 0; i < SLOTS; i++)
		number[i] = atomic_load_explicit(&m->slot[i], memory_order_relaxed);
}
