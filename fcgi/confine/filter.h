/*
 * The system calls of a worker, as a seccomp filter: those that it makes, and no others.
 *
 * Anything else fails with EPERM; a call in the way of another architecture ends the process.
 * What is parsed wrong can then read and write the descriptors of one request, and no more:
 * no program, file, socket, process or signal, and no memory that is executable.
 *
 * A build with AddressSanitizer needs calls of all kinds for its reports. There the filter
 * refuses the worst and lets the rest through.
 */
#ifndef CONFINE_FILTER_H
#define CONFINE_FILTER_H

#include <stdbool.h>

#if defined(__SANITIZE_ADDRESS__)
#define CONFINE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CONFINE_SANITIZED 1
#endif
#endif
#ifndef CONFINE_SANITIZED
#define CONFINE_SANITIZED 0
#endif

/* Whether this kernel has seccomp filters, and there is one for this architecture. */
bool confine_filter_exists(void);

/* From here on, for the calling process; needs PR_SET_NO_NEW_PRIVS. -1: errno. */
int confine_filter_install(void);

#endif
