/*
 * The HTTP status of an error, which is the same in every format, and the error as an OpenAI
 * client reads it: {"error":{"message","type","param","code"}}. Its types and codes are those of
 * OpenAI's page on errors and those that OpenAI's SDKs know.
 */
#ifndef WIRE_ERROR_H
#define WIRE_ERROR_H

#include "base/buf.h"
#include "base/err.h"

struct cJSON;

int error_status(enum err_kind kind);       /* the HTTP status */
const char *error_code(enum err_kind kind); /* NULL, for no code, is null in the JSON */

/* Adds message, param and code to o: the members that an error has wherever it stands. */
void error_add_members(struct cJSON *o, const struct err *err);

/* An object with these members and the type, for the caller to delete. */
struct cJSON *error_object(const struct err *err);

/* Appends {"error":error_object}: what is sent under an HTTP status. -1: `out` is full. */
int error_json(struct buf *out, const struct err *err);

#endif
