#include "keeper/pool.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "keeper/headroom.h"

/*
 * For so long after a child was lent no spare is started: half a second of CPU would compete
 * with what the child has to do before its first word, some 150 ms on two cores.
 */
#define CALM_MS 300

/* How often the CLI's file is looked at, and memory, when a spare had to wait for it. */
#define LOOK_MS 5000

/* A spare that ends by itself is replaced more slowly each time. */
#define FIRST_DELAY_MS 250
#define MAX_DOUBLINGS  8

/* What a child takes, and what is left to the machine beside it. */
#define SPARE_MIB 512

void lender_init(struct lender *l, const struct config *cfg, const struct child_spec *spec,
	struct seat *seats, size_t n_seats)
{
	*l = (struct lender){
		.cfg = cfg,
		.seats = seats,
		.n_seats = n_seats,
		.next_ticket = 1,
	};
	fleet_init(&l->fleet, spec, cfg->children);
}

void lender_finish(struct lender *l)
{
	fleet_finish(&l->fleet);
}

bool lender_is_empty(const struct lender *l)
{
	return fleet_count(&l->fleet, CHILD_NONE) == l->fleet.size;
}

static void refuse(struct seat *s, enum err_kind why)
{
	s->ticket = 0;
	seat_tell(s, &(struct lease_msg){.op = LEASE_REFUSED, .why = why});
}

static void end_lease(struct seat *s, bool at_once)
{
	s->ticket = 0;
	s->promised = false;
	if (s->child != NULL)
		fleet_stop(s->child, at_once);
	s->child = NULL;
}

static void grant(struct lender *l, struct seat *s, struct child *c, enum lease_kind kind)
{
	int fds[LEASE_MAX_FDS] = {c->pipes.in, c->pipes.out, c->pipes.err, c->note};
	struct lease_msg m = {.op = LEASE_GRANTED, .why = kind};

	s->ticket = 0;
	s->child = c;
	if (lease_send(s->fd, &m, fds, c->note >= 0 ? 4 : 3, false) < 0) {
		log_warn("a child could not be handed over: %s", strerror(errno));
		end_lease(s, true);
		refuse(s, ERR_INTERNAL);
		return;
	}
	fleet_lease(c);
	l->leases[kind]++;
	if (kind == LEASE_SPARE)
		l->failed_spares = 0;
	if (kind != LEASE_CONTINUED && l->look_at < clock_ms() + CALM_MS)
		l->look_at = clock_ms() + CALM_MS;
	log_debug("child %d goes to worker %d", (int)c->pid, (int)s->pid);
}

static struct child *start_child(struct lender *l, long long lifetime_ms)
{
	struct err err;
	struct child *c = fleet_start(&l->fleet, lifetime_ms, &err);

	if (c == NULL)
		log_error("%s", err.message);
	else if (c->left)
		log_warn("a child left something in its working directory; it was removed");
	return c;
}

static void start_for(struct lender *l, struct seat *s)
{
	struct child *c = start_child(l, 0);

	if (c != NULL)
		grant(l, s, c, LEASE_COLD);
	else
		refuse(s, ERR_INTERNAL);
}

/* Whether it got what it waits for, or need not be asked about now. */
static bool serve_one(struct lender *l, struct seat *s)
{
	struct child *parked = s->wants_parked ? fleet_find_parked(&l->fleet, &s->wanted) : NULL;
	struct child *spare;

	if (parked != NULL) {
		grant(l, s, parked, LEASE_CONTINUED);
		return true;
	}
	if (s->wants_parked && seats_promised(l->seats, l->n_seats, &s->wanted))
		return true;
	fleet_renew(&l->fleet);
	spare = fleet_oldest(&l->fleet, CHILD_SPARE);
	if (spare != NULL)
		grant(l, s, spare, LEASE_SPARE);
	else if (fleet_has_room(&l->fleet))
		start_for(l, s);
	return s->ticket == 0;
}

/* Those who wait for a slot, not for a promise. */
static size_t serve_queue(struct lender *l)
{
	unsigned long ticket = 0;
	size_t unserved = 0;
	struct seat *s;

	while ((s = seats_next_waiting(l->seats, l->n_seats, ticket)) != NULL) {
		ticket = s->ticket;
		/* Behind one who waits for a slot nobody gets one. */
		unserved += unserved > 0 || !serve_one(l, s);
	}
	return unserved;
}

/* A conversation can be told anew, a request cannot wait: it gets the slot. */
static void make_room(struct lender *l, size_t unserved)
{
	struct child *parked;

	while (fleet_count(&l->fleet, CHILD_STOPPING) < unserved &&
		(parked = fleet_oldest(&l->fleet, CHILD_PARKED)) != NULL)
		fleet_end(parked);
}

static void fill_spares(struct lender *l)
{
	while (fleet_count(&l->fleet, CHILD_SPARE) < l->cfg->spares && fleet_has_room(&l->fleet) &&
		l->look_at <= clock_ms()) {
		if (!memory_has(SPARE_MIB)) {
			log_debug("no memory for a spare child");
			l->look_at = clock_ms() + LOOK_MS;
		} else if (start_child(l, l->cfg->spare_seconds * 1000LL) == NULL) {
			l->look_at = clock_ms() + LOOK_MS;
		}
	}
}

/* Once in each round, after all that may have freed a child or a slot, or made somebody wait. */
static void settle(struct lender *l)
{
	size_t unserved = serve_queue(l);

	make_room(l, unserved);
	if (unserved == 0 && !l->closing)
		fill_spares(l);
}

static void on_take(struct lender *l, struct seat *s, const struct lease_msg *m)
{
	bool full = l->reserve > 0 && seats_busy(l->seats, l->n_seats) + l->reserve >= l->n_seats;

	if (m->most > 0 && seats_running(l->seats, l->n_seats, m->owner) >= m->most) {
		refuse(s, ERR_RATE_LIMIT);
		return;
	}
	s->ticket = l->next_ticket++;
	s->owner = m->owner;
	s->answered = false;
	s->wants_parked = m->has_key;
	s->wanted = m->key;
	if (serve_queue(l) > 0 && s->ticket != 0 && full &&
		fleet_count(&l->fleet, CHILD_PARKED) == 0)
		refuse(s, ERR_OVERLOADED);
}

/* Of so many slots, those that conversations may keep: spares need theirs, but not all. */
static size_t parking(const struct lender *l)
{
	size_t size = l->fleet.size, spares = l->cfg->spares;
	size_t free = size > spares ? size - spares : 1;

	return l->cfg->parked < free ? l->cfg->parked : free;
}

/* The child may have ended meanwhile, which its worker does not know yet. */
static void on_promise(struct seat *s, const struct lease_key *key)
{
	s->answered = true;
	s->promised = s->child != NULL;
	s->promise = *key;
}

static void on_park(struct lender *l, struct seat *s, bool calls, int note)
{
	if (!s->promised || l->closing || parking(l) == 0 || s->child->outdated) {
		end_lease(s, true);
		if (note >= 0)
			close(note);
		return;
	}
	while (fleet_count(&l->fleet, CHILD_PARKED) >= parking(l))
		fleet_end(fleet_oldest(&l->fleet, CHILD_PARKED));
	fleet_park(s->child, &s->promise, note, l->cfg->park_seconds * 1000LL);
	s->child->calls = calls;
	s->promised = false;
	s->child = NULL;
}

static void answer_count(const struct lender *l, const struct seat *s)
{
	struct lease_msg m = {.op = LEASE_COUNTED};

	m.counts = (struct lease_counts){
		.limit = (uint32_t)l->fleet.size,
		.spare = (uint32_t)fleet_count(&l->fleet, CHILD_SPARE),
		.leased = (uint32_t)fleet_count(&l->fleet, CHILD_LEASED),
		.parked = (uint32_t)fleet_count(&l->fleet, CHILD_PARKED),
		.stopping = (uint32_t)fleet_count(&l->fleet, CHILD_STOPPING),
	};
	for (size_t i = 0; i < l->n_seats; i++)
		m.counts.waiting += l->seats[i].ticket != 0;
	memcpy(m.counts.leases, l->leases, sizeof(l->leases));
	seat_tell(s, &m);
}

/* Whether a worker that is in its right mind could say this now. */
static bool makes_sense(const struct seat *s, const struct lease_msg *m)
{
	return m->op != LEASE_TAKE || (s->child == NULL && s->ticket == 0);
}

static void obey(struct lender *l, struct seat *s, const struct lease_msg *m, int *note)
{
	switch ((enum lease_op)m->op) {
	case LEASE_TAKE:
		on_take(l, s, m);
		break;
	case LEASE_DONE:
		s->answered = true;
		break;
	case LEASE_PROMISE:
		on_promise(s, &m->key);
		break;
	case LEASE_PARK:
		on_park(l, s, m->calls, mem_steal_fd(note));
		break;
	case LEASE_END:
	case LEASE_KILL:
		end_lease(s, m->op == LEASE_KILL);
		seat_tell(s, &(struct lease_msg){.op = LEASE_ENDED});
		break;
	case LEASE_COUNT:
		answer_count(l, s);
		break;
	case LEASE_GRANTED:
	case LEASE_REFUSED:
	case LEASE_ENDED:
	case LEASE_COUNTED:
	case LEASE_DRAIN:
		break;
	}
}

void lender_hear(struct lender *l, struct seat *s)
{
	int fds[LEASE_MAX_FDS];
	struct lease_msg m;

	if (lease_receive(s->fd, &m, fds) < 0) {
		lender_leave(s);
		return;
	}
	if (makes_sense(s, &m))
		obey(l, s, &m, &fds[0]);
	else
		lender_leave(s); /* its end is noticed by itself */
	lease_close_fds(fds);
}

void lender_leave(struct seat *s)
{
	end_lease(s, false);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* One has ended by itself. */
static void delay_spares(struct lender *l)
{
	unsigned n = l->failed_spares < MAX_DOUBLINGS ? l->failed_spares++ : MAX_DOUBLINGS;

	l->look_at = clock_ms() + ((long long)FIRST_DELAY_MS << n);
}

bool lender_has(const struct lender *l, pid_t pid)
{
	for (size_t i = 0; i < l->fleet.size; i++)
		if (l->fleet.children[i].state != CHILD_NONE && l->fleet.children[i].pid == pid)
			return true;
	return false;
}

bool lender_reap(struct lender *l, pid_t pid)
{
	size_t spares = fleet_count(&l->fleet, CHILD_SPARE);
	bool leased = false;
	int status;

	for (size_t i = 0; i < l->n_seats; i++) {
		struct seat *s = &l->seats[i];

		if (s->child == NULL || s->child->pid != pid)
			continue;
		s->child = NULL;
		s->promised = false;
		leased = true;
	}
	if (!fleet_reap(&l->fleet, pid, &status))
		return false;
	if (fleet_count(&l->fleet, CHILD_SPARE) < spares)
		delay_spares(l);
	if (leased)
		log_exit("child", pid, status);
	return true;
}

static bool is_kept(const struct child *c)
{
	return c->state == CHILD_SPARE || c->state == CHILD_PARKED;
}

void lender_renew(struct lender *l)
{
	for (size_t i = 0; i < l->fleet.size; i++) {
		struct child *c = &l->fleet.children[i];

		if (is_kept(c))
			fleet_end(c);
		else
			c->outdated = c->state == CHILD_LEASED;
	}
}

void lender_close(struct lender *l)
{
	l->closing = true;
	lender_renew(l);
}

long long lender_tick(struct lender *l)
{
	long long now = clock_ms(), next;

	if (l->renew_at <= now) {
		fleet_renew(&l->fleet);
		l->renew_at = now + LOOK_MS;
	}
	settle(l);
	next = fleet_tick(&l->fleet);
	if (l->closing || l->cfg->spares == 0)
		return next;
	if (l->look_at > now)
		next = clock_earlier(next, l->look_at);
	return clock_earlier(next, l->renew_at);
}

void lender_watch(const struct lender *l, struct pollfd *fds)
{
	for (size_t i = 0; i < l->fleet.size; i++) {
		const struct child *c = &l->fleet.children[i];

		/* What a parked one says is read by the worker that gets it. */
		fds[i] = (struct pollfd){
			.fd = is_kept(c) ? c->pipes.out : -1,
			.events = c->state == CHILD_SPARE ? POLLIN : 0,
		};
	}
}

void lender_disturbed(struct lender *l, const struct pollfd *fds)
{
	for (size_t i = 0; i < l->fleet.size; i++) {
		struct child *c = &l->fleet.children[i];

		if (fds[i].revents == 0)
			continue;
		if (c->state == CHILD_SPARE)
			delay_spares(l);
		if (is_kept(c))
			fleet_stop(c, true);
	}
}
