/* One end of the three pipes between a child and whoever talks to it. */
#ifndef IPC_PIPES_H
#define IPC_PIPES_H

/* The descriptors for the child's stdin, stdout and stderr; -1 for one that is closed. */
struct pipes {
	int in, out, err;
};

/* Closes *fd if it is open and sets it to -1. */
void pipes_close_end(int *fd);

/* Does so with each of them. */
void pipes_close(struct pipes *p);

#endif
