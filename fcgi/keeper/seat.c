#include "keeper/seat.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/log.h"

void seat_tell(const struct seat *s, const struct lease_msg *m)
{
	if (lease_send(s->fd, m, NULL, 0, false) == 0)
		return;
	/* If it is not dying it waits for this: the end of the pair tells it, and us. */
	log_debug("worker %d cannot be told: %s", (int)s->pid, strerror(errno));
	shutdown(s->fd, SHUT_RDWR);
}

bool seat_is_busy(const struct seat *s)
{
	return s->ticket != 0 || s->child != NULL;
}

size_t seats_busy(const struct seat *seats, size_t n)
{
	size_t busy = 0;

	for (size_t i = 0; i < n; i++)
		busy += seat_is_busy(&seats[i]);
	return busy;
}

size_t seats_running(const struct seat *seats, size_t n, uint64_t owner)
{
	size_t running = 0;

	for (size_t i = 0; i < n; i++)
		running += seat_is_busy(&seats[i]) && !seats[i].answered && seats[i].owner == owner;
	return running;
}

bool seats_promised(const struct seat *seats, size_t n, const struct lease_key *key)
{
	for (size_t i = 0; i < n; i++)
		if (seats[i].promised && memcmp(&seats[i].promise, key, sizeof(*key)) == 0)
			return true;
	return false;
}

struct seat *seats_next_waiting(struct seat *seats, size_t n, unsigned long ticket)
{
	struct seat *first = NULL;

	for (size_t i = 0; i < n; i++) {
		struct seat *s = &seats[i];

		if (s->ticket > ticket && (first == NULL || s->ticket < first->ticket))
			first = s;
	}
	return first;
}
