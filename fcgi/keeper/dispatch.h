/* What a worker says to the keeper (ipc/lease_msg.h), and what is done about it. */
#ifndef KEEPER_DISPATCH_H
#define KEEPER_DISPATCH_H

#include "keeper/pool.h"

/*
 * Reads the next message of the worker, a borrower of p, and has the pool do what it says.
 * -1: the worker has gone, or what it says makes no sense; the caller ends the connection.
 */
int dispatch_next(struct pool *p, struct borrower *b);

#endif
