/*
 * Landlock forbids a process to open files, to use ports, and to signal other processes.
 *
 * Descriptors that are open stay open. A build with AddressSanitizer may still read files and make
 * new ones, for its reports.
 */
#ifndef CONFINE_FILES_H
#define CONFINE_FILES_H

/* The version of Landlock that the kernel has; 0: it has none. */
long confine_files_version(void);

/* Confines the calling process for good; it must have PR_SET_NO_NEW_PRIVS. -1: see errno. */
int confine_files_forbid(void);

#endif
