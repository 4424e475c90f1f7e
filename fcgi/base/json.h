/*
 * JSON is read and written with cJSON, behind checks that cJSON does not make.
 *
 * cJSON 1.7.15 cuts a string at \u0000, accepts invalid UTF-8, raw control bytes and
 * malformed \u escapes, and takes forty times the memory of a text that has many small
 * values. json_parse therefore checks the text first, in one linear pass, and refuses what
 * cJSON would get wrong. It lets two kinds of escape pass that stand for no character but
 * that many languages write, and takes them for U+FFFD: \u0000 and half a surrogate pair.
 * A line of the CLI may be broken in more ways: json_repair makes it fit for json_parse.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* A text that nests deeper or has more values is refused. */
#define JSON_MAX_DEPTH 64
#define JSON_MAX_NODES 100000

#define CLEANUP_JSON __attribute__((cleanup(json_free_slot)))
void json_free_slot(void *pp); /* deletes the value that *pp points to, and makes *pp NULL */

/* Makes cJSON allocate through mem.h, so that building JSON cannot fail. To be called at start. */
void json_init(void);

/*
 * Returns the value of the n bytes at s, for the caller to delete. In it, keys included,
 * U+FFFD stands for each \u0000 and each escaped half of a surrogate pair; the text is copied
 * only if it has one of these. NULL, ERR_INVALID: the bytes are not one valid JSON text.
 */
cJSON *json_parse(const char *s, size_t n, struct err *err);

/*
 * Appends the n bytes at s to `out`, with U+FFFD in place of each byte that is not UTF-8, each
 * NUL and each escape that stands for no character. -1: `out` is full.
 */
int json_repair(struct buf *out, const char *s, size_t n);

/* Appends v as a text without white space. -1: `out` is full. */
int json_print(struct buf *out, const cJSON *v);

/* The member of that key, or NULL when it is absent or null: clients send null for "not set". */
const cJSON *json_get(const cJSON *object, const char *key);
const char *json_get_string(const cJSON *object, const char *key); /* NULL: it is no string */
bool json_get_true(const cJSON *object, const char *key);          /* whether it is true */
double json_get_number(const cJSON *object, const char *key);      /* 0: it is no number */

#endif
