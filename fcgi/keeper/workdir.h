/*
 * The directories that children run in: one a child, empty when it starts.
 *
 * Their names are 1, 2, ... below one directory, which proxies may share: the CLI tells the
 * model where it runs, so that should change little, and say nothing.
 * Who uses one holds a lock on it (flock), which ends with its process. What is in one that
 * was not empty when it was found is not ours, and left alone.
 */
#ifndef KEEPER_WORKDIR_H
#define KEEPER_WORKDIR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Zero: none. */
struct workdir {
	unsigned number;
	int fd;
	bool locked; /* false where the file system knows no locks */
};

/* Whether the directory has nothing in it but such directories. */
bool workdir_fits(const char *base);

/*
 * Has w be an empty one, with its path in `path`: the same as before if it was one already,
 * with what the last child left in it removed (true in *left). -1: ERR_INTERNAL.
 */
int workdir_take(
	struct workdir *w, const char *base, char *path, size_t size, bool *left, struct err *err);

/* Removes it if it is ours alone and can be emptied; none is fine. */
void workdir_give_back(struct workdir *w, const char *base);

#endif
