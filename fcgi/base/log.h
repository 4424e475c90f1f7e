/*
 * Each call writes one line to stderr, at once, in the format that base/logline.h describes.
 *
 * Each begins with time, level, pid and msg:
 * `time=2026-01-31T12:00:00Z level=info pid=123 msg="2 workers"`, and an event's own fields
 * follow. Callers pass no byte of a request or of an answer, and never a key.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/logline.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_set_level(enum log_level level);    /* LOG_LEVEL_INFO until said otherwise */
void log_set_format(enum log_format format); /* LOG_LOGFMT until said otherwise */

/* Each logs a message of its level; what does not fit into a line is cut. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Logs `msg`, which says in a word or two of ours what happened, and n fields that say more. */
void log_event(enum log_level level, const char *msg, const struct log_field *fields, size_t n);

/* Warns of how the process `who` ended, by its wait status; an exit with status 0 is not logged. */
void log_exit(const char *who, int pid, int status);

#endif
