/*
 * A seccomp filter that allows a worker the system calls that it makes, and no others.
 *
 * Any other call fails with EPERM; a call by the rules of another architecture ends the process.
 * Code that an attacker has taken over can then use the descriptors that the worker has, and no
 * more: no program, file, socket, process or signal, and no new executable memory.
 *
 * A build with AddressSanitizer needs calls of all kinds for its reports. There the filter
 * refuses the most dangerous ones and allows the rest.
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

/* Filters the calling process for good; it must have PR_SET_NO_NEW_PRIVS. -1: see errno. */
int confine_filter_install(void);

#endif
