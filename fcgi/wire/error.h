/*
 * The HTTP status of an error, the same in every format, and how the error looks to an OpenAI
 * client: {"error":{"message","type","param","code"}}.
 * The types and codes are those of OpenAI's error page and of what its SDK maps.
 */
#ifndef WIRE_ERROR_H
#define WIRE_ERROR_H

#include "base/buf.h"
#include "base/err.h"

struct cJSON;

int error_status(enum err_kind kind);       /* the HTTP status */
const char *error_code(enum err_kind kind); /* or NULL: the JSON has null then */

/* Adds message, param and code: what an error is in every place. */
void error_add_members(struct cJSON *o, const struct err *err);
struct cJSON *error_object(const struct err *err); /* those and the type; the caller frees */

/* Appends {"error":error_object}: what is sent under an HTTP status. -1: `out` is full. */
int error_json(struct buf *out, const struct err *err);

#endif
