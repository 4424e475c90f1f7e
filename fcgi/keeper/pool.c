#include "keeper/pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

void pool_init(
	struct pool *p, const struct config *cfg, const struct child_spec *spec, size_t n_borrowers)
{
	*p = (struct pool){
		.cfg = cfg,
		.borrowers = mem_alloc(n_borrowers * sizeof(struct borrower)),
		.n_borrowers = n_borrowers,
		.next_ticket = 1,
	};
	for (size_t i = 0; i < n_borrowers; i++)
		p->borrowers[i].fd = -1;
	fleet_init(&p->fleet, spec, cfg->children);
}

void pool_finish(struct pool *p)
{
	fleet_finish(&p->fleet);
	pool_drop(p);
}

void pool_drop(struct pool *p)
{
	fleet_drop(&p->fleet);
	free(mem_steal(&p->borrowers));
	p->n_borrowers = 0;
}

bool pool_is_empty(const struct pool *p)
{
	return fleet_count(&p->fleet, CHILD_NONE) == p->fleet.size;
}

static void grant(struct pool *p, struct borrower *b, struct child *c, enum lease_kind kind)
{
	int fds[LEASE_MAX_FDS] = {c->pipes.in, c->pipes.out, c->pipes.err, c->handoff};
	struct lease_msg m = {.op = LEASE_GRANTED, .why = kind};

	b->ticket = 0;
	b->child = c;
	if (lease_send(b->fd, &m, fds, c->handoff >= 0 ? 4 : 3, false) < 0) {
		log_warn("a child could not be handed over: %s", strerror(errno));
		borrower_end(b, true);
		borrower_refuse(b, ERR_INTERNAL);
		return;
	}
	fleet_lease(c);
	p->leases[kind]++;
	spares_on_lease(&p->spares, kind);
	log_debug("child %d goes to worker %d", (int)c->pid, (int)b->pid);
}

static void start_for(struct pool *p, struct borrower *b)
{
	struct child *c = fleet_start(&p->fleet, 0);

	if (c != NULL)
		grant(p, b, c, LEASE_COLD);
	else
		borrower_refuse(b, ERR_INTERNAL);
}

/* False: b has to wait for a place, and all behind it with it. */
static bool serve_one(struct pool *p, struct borrower *b)
{
	struct child *parked = b->wants_parked ? fleet_find_parked(&p->fleet, &b->wanted) : NULL;
	struct child *spare;

	if (parked != NULL) {
		grant(p, b, parked, LEASE_CONTINUED);
		return true;
	}
	if (b->wants_parked && borrowers_promised(p->borrowers, p->n_borrowers, &b->wanted))
		return true;
	fleet_renew(&p->fleet);
	spare = fleet_oldest(&p->fleet, CHILD_SPARE);
	if (spare != NULL)
		grant(p, b, spare, LEASE_SPARE);
	else if (fleet_has_room(&p->fleet))
		start_for(p, b);
	return b->ticket == 0;
}

/* Serves those who wait, in order. How many are left that wait for a place. */
static size_t serve_queue(struct pool *p)
{
	unsigned long ticket = 0;
	size_t unserved = 0;
	struct borrower *b;

	while ((b = borrowers_next_waiting(p->borrowers, p->n_borrowers, ticket)) != NULL) {
		ticket = b->ticket;
		unserved += unserved > 0 || !serve_one(p, b);
	}
	return unserved;
}

/* A parked conversation can be told to another child; a request cannot wait. */
static void make_room(struct pool *p, size_t unserved)
{
	struct child *parked;

	while (fleet_count(&p->fleet, CHILD_STOPPING) < unserved &&
		(parked = fleet_oldest(&p->fleet, CHILD_PARKED)) != NULL)
		fleet_end(parked);
}

static void settle(struct pool *p)
{
	size_t unserved = serve_queue(p);

	make_room(p, unserved);
	if (unserved == 0 && !p->closing)
		spares_fill(&p->spares, &p->fleet, p->cfg);
}

void pool_take(struct pool *p, struct borrower *b, const struct lease_msg *m)
{
	bool full = p->reserve > 0 &&
		    borrowers_busy(p->borrowers, p->n_borrowers) + p->reserve >= p->n_borrowers;

	if (m->most > 0 && borrowers_running(p->borrowers, p->n_borrowers, m->owner) >= m->most) {
		borrower_refuse(b, ERR_RATE_LIMIT);
		return;
	}
	b->ticket = p->next_ticket++;
	b->owner = m->owner;
	b->answered = false;
	b->wants_parked = m->has_key;
	b->wanted = m->key;
	if (serve_queue(p) > 0 && b->ticket != 0 && full &&
		fleet_count(&p->fleet, CHILD_PARKED) == 0)
		borrower_refuse(b, ERR_OVERLOADED);
}

/* Spares get their places before parked children do, unless nothing could be parked then. */
static size_t most_parked(const struct pool *p)
{
	size_t size = p->fleet.size, spares = p->cfg->spares;
	size_t most = size > spares ? size - spares : 1;

	return p->cfg->parked < most ? p->cfg->parked : most;
}

void pool_park(struct pool *p, struct borrower *b, bool calls, int handoff)
{
	if (!b->promised || p->closing || most_parked(p) == 0 || b->child->outdated) {
		borrower_end(b, true);
		if (handoff >= 0)
			close(handoff);
		return;
	}
	while (fleet_count(&p->fleet, CHILD_PARKED) >= most_parked(p))
		fleet_end(fleet_oldest(&p->fleet, CHILD_PARKED));
	fleet_park(b->child, &b->promise, calls, handoff, p->cfg->park_seconds * 1000LL);
	b->promised = false;
	b->child = NULL;
}

struct lease_counts pool_counts(const struct pool *p)
{
	struct lease_counts counts = {
		.limit = (uint32_t)p->fleet.size,
		.spare = (uint32_t)fleet_count(&p->fleet, CHILD_SPARE),
		.leased = (uint32_t)fleet_count(&p->fleet, CHILD_LEASED),
		.parked = (uint32_t)fleet_count(&p->fleet, CHILD_PARKED),
		.stopping = (uint32_t)fleet_count(&p->fleet, CHILD_STOPPING),
	};

	for (size_t i = 0; i < p->n_borrowers; i++)
		counts.waiting += p->borrowers[i].ticket != 0;
	memcpy(counts.leases, p->leases, sizeof(p->leases));
	return counts;
}

bool pool_has(const struct pool *p, pid_t pid)
{
	for (size_t i = 0; i < p->fleet.size; i++)
		if (p->fleet.children[i].state != CHILD_NONE && p->fleet.children[i].pid == pid)
			return true;
	return false;
}

/* Takes the child away from the borrower that has it, and says whether one had it. */
static bool take_away(struct pool *p, pid_t pid)
{
	for (size_t i = 0; i < p->n_borrowers; i++) {
		struct borrower *b = &p->borrowers[i];

		if (b->child == NULL || b->child->pid != pid)
			continue;
		b->child = NULL;
		b->promised = false;
		return true;
	}
	return false;
}

bool pool_reap(struct pool *p, pid_t pid)
{
	size_t spares = fleet_count(&p->fleet, CHILD_SPARE);
	bool leased = take_away(p, pid);
	int status;

	if (!fleet_reap(&p->fleet, pid, &status))
		return false;
	if (fleet_count(&p->fleet, CHILD_SPARE) < spares)
		spares_on_failure(&p->spares);
	if (leased)
		log_exit("child", pid, status);
	return true;
}

static bool is_kept(const struct child *c)
{
	return c->state == CHILD_SPARE || c->state == CHILD_PARKED;
}

void pool_renew(struct pool *p)
{
	for (size_t i = 0; i < p->fleet.size; i++) {
		struct child *c = &p->fleet.children[i];

		if (is_kept(c))
			fleet_end(c);
		else
			c->outdated = c->state == CHILD_LEASED;
	}
}

void pool_close(struct pool *p)
{
	p->closing = true;
	pool_renew(p);
}

long long pool_tick(struct pool *p)
{
	long long now = clock_ms(), next;

	spares_renew(&p->spares, &p->fleet);
	settle(p);
	next = fleet_tick(&p->fleet);
	if (p->closing || p->cfg->spares == 0)
		return next;
	return clock_earlier(next, spares_due(&p->spares, now));
}

void pool_watch(const struct pool *p, struct pollfd *fds)
{
	for (size_t i = 0; i < p->fleet.size; i++) {
		const struct child *c = &p->fleet.children[i];

		/* What a parked child says is read by the worker that gets it. */
		fds[i] = (struct pollfd){
			.fd = is_kept(c) ? c->pipes.out : -1,
			.events = c->state == CHILD_SPARE ? POLLIN : 0,
		};
	}
}

void pool_disturbed(struct pool *p, const struct pollfd *fds)
{
	for (size_t i = 0; i < p->fleet.size; i++) {
		struct child *c = &p->fleet.children[i];

		if (fds[i].revents == 0)
			continue;
		if (c->state == CHILD_SPARE)
			spares_on_failure(&p->spares);
		if (is_kept(c))
			fleet_stop(c, true);
	}
}
