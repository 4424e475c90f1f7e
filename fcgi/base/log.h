/*
 * One line on stderr a call, written at once, its control bytes escaped.
 *
 * Format: `2026-01-31T12:00:00Z level[pid] text`. A line is cut at 1 KiB. Callers
 * pass no byte of a request or of an answer, and never a key.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level); /* LOG_INFO until said otherwise */

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A warning of how a process ended, from its wait status, unless that was well. */
void log_exit(const char *who, int pid, int status);

#endif
