/* What the test tries: things no worker may do, and things it must be able to. */
#ifndef CONFINE_TRIES_H
#define CONFINE_TRIES_H

#include <stddef.h>

/* Who forbids it. Each of the two must, wherever it is named. */
#define FILTER 1
#define FILES  2

/* 0 when it worked, else errno. Each is the last thing its process does. */
struct
try {
	const char *name;
	int (*run)(void);
	unsigned by;
	int version; /* of Landlock: the first that forbids it */
	int control; /* what it gives when nothing forbids it; SKIP when that depends */
};

#define SKIP (-1)

extern const struct try forbidden[];
extern const size_t n_forbidden;

extern const struct try needed[];
extern const size_t n_needed;

/* Made before anything is forbidden. */
struct prepared {
	char dir[64], file[80], other[80];
	int parent;            /* a process that is not the one that tries */
	int pair[2];           /* a socket pair */
	int listener;          /* a Unix socket; one connection waits */
	int tcp_listener, tcp; /* the second one is not connected */
	unsigned short port;
	int program; /* a memory file with a program */
	int file_fd;
	void *page;
};

extern struct prepared prepared;

#endif
