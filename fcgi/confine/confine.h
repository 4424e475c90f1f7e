/*
 * What a process gives up after its start, so that a fault in it is worth little.
 *
 * A worker parses what anybody sends, and needs nothing for it but the descriptors that it
 * has and memory. All else is taken from it by the kernel: system calls by seccomp
 * (confine_filter.h), files, ports and signals by Landlock. An older kernel has less of this;
 * whatever it has is used.
 */
#ifndef CONFINE_CONFINE_H
#define CONFINE_CONFINE_H

/*
 * For the keeper, and all that it forks: no core file, no new privileges by exec, and what
 * /proc tells of a process is root's alone. A program that is executed has the last no more.
 */
void confine_process(void);

/* For a worker, when it has all its descriptors. The log has what could not be done. */
void confine_worker(void);

/* Logs what confine_worker will do on this kernel. */
void confine_announce(void);

#endif
