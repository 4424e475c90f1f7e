/*
 * Starting and ending one `claude` process. Keeper's side only: workers never exec or kill.
 *
 * A child leads its own process group, dies with the thread that started it, and has
 * stdin, stdout and stderr as pipes and no other descriptor open. It ends when told
 * (child_signal on the whole group), and its exit is collected with child_reap, which
 * first kills what is left of the group, while the leader's pid cannot be used anew.
 */
#ifndef KEEPER_CHILD_H
#define KEEPER_CHILD_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "ipc/pipes.h"

struct child_spec {
	const char *bin;         /* a path */
	const char *const *argv; /* fixed at start; NULL-terminated */
	const char *const *env;
	const char *cwd;     /* an empty directory: the CLI tells the model its name */
	unsigned memory_mib; /* the most it may have of its own */
};

/*
 * Starts a child, and fills *pid and *pipes, the caller's ends of its pipes. Returns once the
 * program runs. -1, ERR_INTERNAL, when it could not be started.
 */
int child_spawn(const struct child_spec *spec, pid_t *pid, struct pipes *pipes, struct err *err);

void child_signal(pid_t pid, int sig);

/* Collects a child that has exited; its wait status. */
int child_reap(pid_t pid);

/*
 * Removes the file by which the CLI tells others of itself (sessions/PID.json where it has
 * its settings): one that is killed leaves it. While the pid is still the child's.
 */
void child_sweep(const struct child_spec *spec, pid_t pid);

/* Fills `out` with the path of an executable that `name` stands for. -1: ERR_INTERNAL. */
int child_find(const char *name, char *out, size_t size, struct err *err);

/*
 * Runs `bin --version` for at most ten seconds, its first line to `out`.
 * -1, ERR_INTERNAL, when it does not answer or is too old (options.h).
 */
int child_version(const struct child_spec *spec, char *out, size_t size, struct err *err);

#endif
