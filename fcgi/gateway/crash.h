/*
 * What a crash looks like to the client of a FastCGI answer that is under way.
 *
 * When a worker dies, nginx ends its answer as if it were whole. It cuts it off instead when
 * it gets what is no FastCGI record: so that is the last thing a crashing worker writes.
 */
#ifndef GATEWAY_CRASH_H
#define GATEWAY_CRASH_H

/* For the signals of a crash; what they did before they do after it. */
void crash_watch(void);

/* The connection that an answer goes to, -1 for none. */
void crash_breaks(int connection);

#endif
