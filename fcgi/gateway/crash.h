/*
 * A FastCGI answer that is under way when its worker crashes is cut off, for the client to see.
 *
 * When a worker dies, nginx ends the answer as if it were whole. When nginx reads bytes that are no
 * FastCGI record, it breaks the client's connection off. So a crashing worker writes such bytes.
 */
#ifndef GATEWAY_CRASH_H
#define GATEWAY_CRASH_H

/*
 * Has the signals of a crash (SIGSEGV, SIGABRT and the like) and quick_exit break off the answer.
 * A signal then takes the effect that it had before this call.
 */
void crash_watch(void);

/* Names the connection whose answer a crash breaks off; -1: there is none. */
void crash_breaks(int connection);

/*
 * Breaks off the answer without a crash, because its end cannot be written, and shuts the
 * connection down. The descriptor stays open, and a crash breaks off nothing from then on.
 */
void crash_now(void);

#endif
