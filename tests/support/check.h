/*
 * cmocka, with what it needs included before it, and the checks the tests share. A check
 * that fails ends the test and says what it was given.
 */
#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "support/test.h"

/* One row of a table failed: the words name the row. */
#define check(cond, ...)                                                                           \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			print_error("not true: %s\n", #cond);                                      \
			fail_msg(__VA_ARGS__);                                                     \
		}                                                                                  \
	} while (0)

/* A copy with each ' made ", so that JSON in a table can be read. The caller frees. */
char *json_quote(const char *text);

/* The value of a JSON text written with '. The caller deletes. */
cJSON *json_of(const char *quoted);

/* `name` says where; the order of members is free. */
void check_json(const char *name, const cJSON *got, const cJSON *want);

/* The same for the text a buffer holds and one written with '. */
void check_json_text(const char *name, const struct buf *got, const char *want);

/* Lines of JSON, each of them ended, as an array. The caller deletes. */
cJSON *json_lines(const struct buf *text);

/* Compares them with an array written with '. */
void check_json_lines(const char *name, const struct buf *got, const char *want);

/* `param` NULL: none is named. The message is never empty, never broken UTF-8. */
void check_err(const char *name, const struct err *err, enum err_kind kind, const char *param);

#endif
