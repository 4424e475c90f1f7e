#include "keeper/dispatch.h"

#include "base/mem.h"

/* A worker asks for one child at a time; one that does not has gone astray. */
static bool makes_sense(const struct borrower *b, const struct lease_msg *m)
{
	return m->op != LEASE_TAKE || (b->child == NULL && b->ticket == 0);
}

static void obey(struct pool *p, struct borrower *b, const struct lease_msg *m, int *handoff)
{
	switch ((enum lease_op)m->op) {
	case LEASE_TAKE:
		pool_take(p, b, m);
		break;
	case LEASE_DONE:
		b->answered = true;
		break;
	case LEASE_PROMISE:
		borrower_promise(b, &m->key);
		break;
	case LEASE_PARK:
		pool_park(p, b, m->calls, mem_steal_fd(handoff));
		break;
	case LEASE_END:
	case LEASE_KILL:
		borrower_end(b, m->op == LEASE_KILL);
		borrower_tell(b, &(struct lease_msg){.op = LEASE_ENDED});
		break;
	case LEASE_COUNT:
		borrower_tell(
			b, &(struct lease_msg){.op = LEASE_COUNTED, .counts = pool_counts(p)});
		break;
	case LEASE_GRANTED:
	case LEASE_REFUSED:
	case LEASE_ENDED:
	case LEASE_COUNTED:
	case LEASE_DRAIN:
		break;
	}
}

int dispatch_next(struct pool *p, struct borrower *b)
{
	int fds[LEASE_MAX_FDS];
	struct lease_msg m;
	bool sane;

	if (lease_receive(b->fd, &m, fds) < 0)
		return -1;
	sane = makes_sense(b, &m);
	if (sane)
		obey(p, b, &m, &fds[0]);
	lease_close_fds(fds);
	return sane ? 0 : -1;
}
