/*
 * No file, no port, and no signal to others, by Landlock.
 *
 * What is open stays so. A build with AddressSanitizer may read files, and write new ones, for
 * its reports.
 */
#ifndef CONFINE_FILES_H
#define CONFINE_FILES_H

/* Which version of Landlock the kernel has; 0: none. */
long confine_files_version(void);

/* From here on, for the calling process; needs PR_SET_NO_NEW_PRIVS. -1: errno. */
int confine_files_forbid(void);

#endif
