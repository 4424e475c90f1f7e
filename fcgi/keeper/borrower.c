#include "keeper/borrower.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"

void borrower_tell(const struct borrower *b, const struct lease_msg *m)
{
	if (lease_send(b->fd, m, NULL, 0, false) == 0)
		return;
	/* A worker that still lives waits for the message. The end of the pair tells it, and us. */
	log_debug("worker %d cannot be told: %s", (int)b->pid, strerror(errno));
	shutdown(b->fd, SHUT_RDWR);
}

void borrower_drain(const struct borrower *b)
{
	borrower_tell(b, &(struct lease_msg){.op = LEASE_DRAIN});
}

void borrower_refuse(struct borrower *b, enum err_kind why)
{
	b->ticket = 0;
	borrower_tell(b, &(struct lease_msg){.op = LEASE_REFUSED, .why = why});
}

void borrower_end(struct borrower *b, bool at_once)
{
	b->ticket = 0;
	b->promised = false;
	if (b->child != NULL)
		fleet_stop(b->child, at_once);
	b->child = NULL;
}

void borrower_join(struct borrower *b, pid_t pid, int fd)
{
	*b = (struct borrower){.pid = pid, .fd = fd};
}

void borrower_leave(struct borrower *b)
{
	borrower_end(b, false);
	*b = (struct borrower){.fd = -1};
}

/* b has no child if the child has ended and its worker does not know yet. */
void borrower_promise(struct borrower *b, const struct lease_key *key)
{
	b->answered = true;
	b->promised = b->child != NULL;
	b->promise = *key;
}

bool borrower_is_busy(const struct borrower *b)
{
	return b->ticket != 0 || b->child != NULL;
}

size_t borrowers_busy(const struct borrower *borrowers, size_t n)
{
	size_t busy = 0;

	for (size_t i = 0; i < n; i++)
		busy += borrower_is_busy(&borrowers[i]);
	return busy;
}

size_t borrowers_running(const struct borrower *borrowers, size_t n, uint64_t owner)
{
	size_t running = 0;

	for (size_t i = 0; i < n; i++)
		running += borrower_is_busy(&borrowers[i]) && !borrowers[i].answered &&
			   borrowers[i].owner == owner;
	return running;
}

bool borrowers_promised(const struct borrower *borrowers, size_t n, const struct lease_key *key)
{
	for (size_t i = 0; i < n; i++)
		if (borrowers[i].promised && memcmp(&borrowers[i].promise, key, sizeof(*key)) == 0)
			return true;
	return false;
}

struct borrower *borrowers_next_waiting(struct borrower *borrowers, size_t n, unsigned long ticket)
{
	struct borrower *first = NULL;

	for (size_t i = 0; i < n; i++) {
		struct borrower *b = &borrowers[i];

		if (b->ticket > ticket && (first == NULL || b->ticket < first->ticket))
			first = b;
	}
	return first;
}
