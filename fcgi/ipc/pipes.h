/*
 * Our ends of a child's three pipes. The keeper opens the pipes and holds its ends until the
 * child is reaped. A worker that leases the child gets duplicates of them, and closes its own.
 */
#ifndef IPC_PIPES_H
#define IPC_PIPES_H

/* Each is a descriptor, or -1 when it is closed. */
struct pipes {
	int in;  /* to write to the child's stdin */
	int out; /* to read from its stdout */
	int err; /* to read from its stderr */
};

/* Closes *fd, if it is open, and sets it to -1. */
void pipes_close_end(int *fd);

/* Does the same with each of the three. */
void pipes_close(struct pipes *p);

#endif
