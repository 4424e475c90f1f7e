/*
 * The listening socket, which whoever started this process has opened and passed to it.
 *
 * spawn-fcgi, Apache and a unit with StandardInput=socket pass it as descriptor 0. Other socket
 * units of systemd pass descriptors from 3 on, with their number in LISTEN_FDS and the pid of
 * the process that they are for in LISTEN_PID: sd_listen_fds(3).
 */
#ifndef KEEPER_LISTENER_H
#define KEEPER_LISTENER_H

#include <stdbool.h>

#include "base/err.h"

/* Whether a socket was passed. Asked before listener_take. */
bool listener_is_given(void);

/*
 * Makes the socket descriptor 0, where it is not. -1, ERR_INTERNAL: several were passed, or one
 * that does not listen.
 */
int listener_take(struct err *err);

/*
 * If this process made the socket, as under `spawn-fcgi -n`, closes the connections that wait in
 * it and refuses new ones from now on: the web server then answers them at once. A socket that
 * another process made is left alone: what waits in it is for the next that this one starts.
 */
void listener_refuse(void);

#endif
