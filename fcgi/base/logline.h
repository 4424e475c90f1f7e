/*
 * A line of the log, as logfmt or as one JSON object: fields in the order they are added,
 * the same in both. Pure; base/log.h writes it.
 *
 * logfmt is `name=value name="a value"`: a value with a space, a quote, '=', '\' or anything
 * that is not ASCII stands in quotes, as a JSON string. Control bytes are escaped and bytes
 * that are not UTF-8 replaced, so no value can end its line or move a terminal's cursor.
 *
 * A line is never longer than LOGLINE_MAX and stays valid when it is cut: the value that has
 * no room ends in "...", the fields after it are left out.
 */
#ifndef BASE_LOGLINE_H
#define BASE_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>

#define LOGLINE_MAX 1024 /* with its newline */

enum log_format { LOG_LOGFMT, LOG_JSON };

struct log_field {
	const char *name; /* lower-case letters and '_' */
	bool is_number;
	long long number;
	const char *text; /* NULL, for no value, is written as `-`, in JSON as null */
};

#define LOG_TEXT(key, value)                                                                       \
	{                                                                                          \
		.name = (key), .text = (value)                                                     \
	}
#define LOG_NUMBER(key, value)                                                                     \
	{                                                                                          \
		.name = (key), .is_number = true, .number = (long long)(value)                     \
	}

/* Steps: logline_init, logline_add..., logline_end; then `len` bytes are the line. */
struct logline {
	enum log_format format;
	bool full;
	size_t len;
	char bytes[LOGLINE_MAX];
};

void logline_init(struct logline *l, enum log_format format);
void logline_add(struct logline *l, const struct log_field *field);
void logline_end(struct logline *l); /* at least one field must have been added */

#endif
