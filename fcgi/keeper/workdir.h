/*
 * A workdir is the directory that a child runs in. Each child has its own, empty when it starts.
 *
 * The directories are named 1, 2, ... and lie in one directory, the base, which several proxies
 * may share: the CLI tells the model where it runs, so the path should change little and say
 * nothing. A proxy that uses a directory holds a lock on it (flock), which ends with the process.
 * A directory that is not empty when it is first taken is not ours, and is left alone.
 */
#ifndef KEEPER_WORKDIR_H
#define KEEPER_WORKDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* All zero when no directory is taken. */
struct workdir {
	unsigned number; /* its name */
	int fd;          /* open on the directory */
	bool locked;     /* false where the file system knows no locks */
};

/* Whether the base has nothing in it but such directories. */
bool workdir_fits(const char *base);

/*
 * Makes w an empty directory and writes its path to `path`. If w was one already it is kept and
 * emptied, and *left says whether anything was in it; else it becomes another one. -1,
 * ERR_INTERNAL: no directory can be made.
 */
int workdir_take(
	struct workdir *w, const char *base, char *path, size_t size, bool *left, struct err *err);

/*
 * Gives the directory back, if w is one. It is removed if the lock says that it is ours alone
 * and if it can be emptied.
 */
void workdir_give_back(struct workdir *w, const char *base);

#endif
