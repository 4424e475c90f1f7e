/*
 * What a crash looks like to the client of a FastCGI answer that is under way.
 *
 * When a worker dies, nginx ends its answer as if it were whole. It cuts it off instead when
 * it gets what is no FastCGI record: so that is the last thing a crashing worker writes.
 */
#ifndef GATEWAY_CRASH_H
#define GATEWAY_CRASH_H

/* For the signals of a crash, which do afterwards what they did before, and for quick_exit. */
void crash_watch(void);

/* The connection that an answer goes to, -1 for none. */
void crash_breaks(int connection);

/* The same for an answer whose end cannot be written: nothing more is sent on the connection. */
void crash_now(void);

#endif
