/*
 * What a process gives up after its start, so that little is gained by exploiting it.
 *
 * A worker parses what anybody sends, and needs nothing for it but memory and the descriptors that
 * it has. All else is taken from it by the kernel: system calls by seccomp (confine/filter.h),
 * files, ports and signals by Landlock (confine/files.h). An older kernel can do less of this; what
 * it can do is used.
 */
#ifndef CONFINE_CONFINE_H
#define CONFINE_CONFINE_H

/*
 * Confines the keeper and all that it forks: they write no core file, gain no privileges by exec,
 * and root alone can read their memory and environment in /proc. The last does not hold for a
 * program that is executed. What cannot be done is logged.
 */
void confine_process(void);

/* Confines a worker, once it has all its descriptors. What cannot be done is logged. */
void confine_worker(void);

/* Logs what confine_worker will do on this kernel. */
void confine_announce(void);

#endif
