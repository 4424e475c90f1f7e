#include "keeper/spares.h"

#include "base/clock.h"
#include "base/log.h"
#include "keeper/headroom.h"

/*
 * For so long after a child was lent no spare is started: half a second of CPU would compete
 * with what the child has to do before its first word, some 150 ms on two cores.
 */
#define CALM_MS 300

/* How often the CLI's file is looked at, and memory when there was too little for a spare. */
#define LOOK_MS 5000

/* A spare that ends by itself is replaced more slowly each time. */
#define FIRST_DELAY_MS 250
#define MAX_DOUBLINGS  8

/* What a spare takes, and what the machine then still has to have. */
#define SPARE_MIB 512

static bool start_one(struct fleet *f, const struct config *cfg)
{
	if (headroom_has(SPARE_MIB))
		return fleet_start(f, cfg->spare_seconds * 1000LL) != NULL;
	log_debug("no memory for a spare child");
	return false;
}

void spares_fill(struct spares *s, struct fleet *f, const struct config *cfg)
{
	while (fleet_count(f, CHILD_SPARE) < cfg->spares && fleet_has_room(f) &&
		s->start_at <= clock_ms())
		if (!start_one(f, cfg))
			s->start_at = clock_ms() + LOOK_MS;
}

void spares_renew(struct spares *s, struct fleet *f)
{
	long long now = clock_ms();

	if (s->renew_at > now)
		return;
	fleet_renew(f);
	s->renew_at = now + LOOK_MS;
}

void spares_on_lease(struct spares *s, enum lease_kind kind)
{
	long long calm = clock_ms() + CALM_MS;

	if (kind == LEASE_SPARE)
		s->failed = 0;
	if (kind != LEASE_CONTINUED && s->start_at < calm)
		s->start_at = calm;
}

void spares_on_failure(struct spares *s)
{
	unsigned n = s->failed < MAX_DOUBLINGS ? s->failed++ : MAX_DOUBLINGS;

	s->start_at = clock_ms() + ((long long)FIRST_DELAY_MS << n);
}

long long spares_due(const struct spares *s, long long after)
{
	return s->start_at > after ? clock_earlier(s->start_at, s->renew_at) : s->renew_at;
}
