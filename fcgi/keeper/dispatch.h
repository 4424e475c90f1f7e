/* Reads what a worker says to the keeper (ipc/lease_msg.h), and has the pool do it. */
#ifndef KEEPER_DISPATCH_H
#define KEEPER_DISPATCH_H

#include "keeper/pool.h"

/*
 * Waits for the next message of b's worker, b being a borrower of p, and does what it says. -1:
 * the worker has gone, or what it says makes no sense; the caller then closes the connection.
 */
int dispatch_next(struct pool *p, struct borrower *b);

#endif
