/*
 * Where the bytes of an image or a file are: in a data: URL, in base64, or behind an https: URL
 * that Anthropic's API fetches.
 */
#ifndef WIRE_SOURCE_H
#define WIRE_SOURCE_H

#include "base/err.h"
#include "wire/request.h"

/*
 * Fills the part, whose kind says what it must be, from a data: URL with base64 or an https:
 * URL. -1, ERR_INVALID naming `at`, when it is neither, or its bytes are of another kind.
 */
int source_of_url(struct part *p, const char *url, const char *at, struct err *err);

/* The same from base64 alone. */
int source_of_base64(struct part *p, const char *data, const char *at, struct err *err);

#endif
