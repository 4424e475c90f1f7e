#include "keeper/reload.h"

#include "base/clock.h"
#include "base/log.h"
#include "config/keyfile.h"

/* How long an idle worker that was told to leave may take before another one is told. */
#define REPLACE_MS 500

void reload_keys(struct api_keys *keys, const struct config *cfg, struct slot *slots, size_t n)
{
	const char *file = cfg->key_file;
	struct err err;

	if (file[0] == '\0')
		return;
	if (keyfile_reload(keys, cfg->own_keys, file, &err) < 0) {
		log_error(
			"PROXY_API_KEY_FILE %s: %s; the keys stay as they were", file, err.message);
		return;
	}
	log_info("%zu keys", keys->n);
	for (size_t i = 0; i < n; i++)
		slots[i].stale = slots[i].pid > 0;
}

/* When the wait for the idle workers that were told to leave is over, or -1 when there are none. */
static long long wait_until(
	const struct slot *slots, const struct borrower *borrowers, size_t n, long long now)
{
	long long until = -1;

	for (size_t i = 0; i < n; i++)
		if (slots[i].leaves_at + REPLACE_MS > now && !borrower_is_busy(&borrowers[i]))
			until = clock_earlier(until, slots[i].leaves_at + REPLACE_MS);
	return until;
}

long long reload_replace(struct slot *slots, const struct borrower *borrowers, size_t n)
{
	long long now = clock_ms();
	long long next = wait_until(slots, borrowers, n, now);

	for (size_t i = 0; i < n; i++) {
		bool busy = borrower_is_busy(&borrowers[i]);

		if (!slots[i].stale || slots[i].leaves_at != 0 || (next >= 0 && !busy))
			continue;
		borrower_drain(&borrowers[i]);
		slots[i].leaves_at = now;
		if (!busy)
			next = now + REPLACE_MS;
	}
	return next;
}
