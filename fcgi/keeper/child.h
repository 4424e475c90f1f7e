/*
 * A child is one process of the CLI, `claude`. This module starts children, signals them and
 * collects them; nobody but the keeper does.
 *
 * A child leads a process group of its own, is killed when the thread that started it ends, and
 * has pipes as stdin, stdout and stderr and no other descriptor open.
 */
#ifndef KEEPER_CHILD_H
#define KEEPER_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "ipc/pipes.h"

/* How children are started. All that it points to is the caller's. */
struct child_spec {
	const char *bin;         /* the program's path */
	const char *const *argv; /* ends with NULL, and is the same for every child */
	const char *const *env;  /* ends with NULL */
	const char *cwd;         /* an empty directory: the CLI tells the model its name */
	unsigned memory_mib; /* the most memory that a child may have of its own (RLIMIT_DATA) */
};

/*
 * Starts a child and returns once the program runs. *pid is its process, *pipes are our ends of
 * its pipes, which the caller closes. -1, ERR_INTERNAL: it could not be started.
 */
int child_spawn(const struct child_spec *spec, pid_t *pid, struct pipes *pipes, struct err *err);

/* Sends the signal to every process of the child's group. */
void child_signal(pid_t pid, int sig);

/*
 * Kills what is left of the child's group, waits for the child itself and returns its wait
 * status. Until then its pid cannot be another process's.
 */
int child_reap(pid_t pid);

/*
 * Removes the file by which the CLI tells other programs of itself, sessions/PID.json among its
 * settings: a child that is killed leaves it. Called before child_reap.
 */
void child_sweep(const struct child_spec *spec, pid_t pid);

/*
 * Writes the path of the program that `name` stands for, a path or a name to be looked up in
 * PATH, to `out`. -1, ERR_INTERNAL: there is none that can be run.
 */
int child_find(const char *name, char *out, size_t size, struct err *err);

/*
 * Runs `bin --version` for at most ten seconds and writes the first line of its output to `out`.
 * -1, ERR_INTERNAL: it says nothing, or is older than LAUNCH_OLDEST_CLI (claude/launch.h).
 */
int child_version(const struct child_spec *spec, char *out, size_t size, struct err *err);

#endif
