/*
 * What stands before and around cJSON.
 *
 * cJSON 1.7.15 cuts a string at \u0000, passes invalid UTF-8 and raw control bytes
 * through, takes malformed \u escapes and spends forty times the text in memory on
 * small nodes. json_parse checks the text in one linear pass first, so none of that
 * is reached. The escapes that stand for no character but that languages write all the
 * same, \u0000 and half a surrogate pair, become U+FFFD; json_repair makes a line of the
 * CLI, where more may be broken, fit for json_parse.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define JSON_MAX_DEPTH 64
#define JSON_MAX_NODES 100000

#define CLEANUP_JSON __attribute__((cleanup(json_free_slot)))
void json_free_slot(void *pp);

/* Makes cJSON allocate through mem.h, so that building JSON cannot fail. Once, at start. */
void json_init(void);

/*
 * NULL with err (ERR_INVALID) unless the n bytes are one JSON text without the above. In the
 * result each \u0000 and each lone surrogate escape, in keys too, is U+FFFD; a copy of the
 * text is made only if there is one.
 */
cJSON *json_parse(const char *s, size_t n, struct err *err);

/* Appends the text with each invalid byte, NUL, \u0000 and lone surrogate escape made U+FFFD. */
int json_repair(struct buf *out, const char *s, size_t n);

/* Appends v without white space. */
int json_print(struct buf *out, const cJSON *v);

/* The member, or NULL when it is absent or null: clients send null for "not set". */
const cJSON *json_get(const cJSON *object, const char *key);
const char *json_get_string(const cJSON *object, const char *key);
bool json_get_true(const cJSON *object, const char *key);
double json_get_number(const cJSON *object, const char *key); /* 0 when it is no number */

#endif
