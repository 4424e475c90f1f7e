/*
 * The listening socket, where whoever started the process left it.
 *
 * spawn-fcgi, Apache and a unit with StandardInput=socket pass it as descriptor 0. Other
 * socket units of systemd pass descriptors from 3 on, and say in LISTEN_FDS how many and in
 * LISTEN_PID to whom: sd_listen_fds(3). An inetd-like supervisor may do the same.
 */
#ifndef KEEPER_LISTENER_H
#define KEEPER_LISTENER_H

#include <stdbool.h>

#include "base/err.h"

/* Whether there is one; asked before it is taken. */
bool listener_is_given(void);

/* Makes it descriptor 0, if it is not. -1: several were passed, or one that does not listen. */
int listener_take(struct err *err);

/*
 * Turns away who waits and who connects from now on, where this process made the socket, as
 * under `spawn-fcgi -n`: the web server answers them at once. In a socket that somebody else
 * holds they wait for whom that one starts next.
 */
void listener_refuse(void);

#endif
