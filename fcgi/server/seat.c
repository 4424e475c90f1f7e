#include "server/seat.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"

void seat_tell(const struct seat *s, const struct lease_msg *m)
{
	/* A worker that cannot be told is dying; its EOF or SIGCHLD is next. */
	if (lease_send(s->fd, m, NULL, 0, false) < 0)
		log_debug("worker %d cannot be told: %s", (int)s->pid, strerror(errno));
}
