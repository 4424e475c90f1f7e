/*
 * Where the bytes of an image or a file are: in a data: URL, in base64, or behind an https: URL
 * that Anthropic's API fetches.
 *
 * Bytes say what they are, whatever type or name the client gave them: a PDF becomes a document,
 * a PNG, JPEG, GIF or WebP an image, and any other file of text (textfile.h) a document of text.
 * Base64 is told on as RFC 4648 has it.
 */
#ifndef WIRE_SOURCE_H
#define WIRE_SOURCE_H

#include "base/err.h"
#include "turn/request.h"

/*
 * Fills the part from an https: URL, a data: URL or base64. Its kind, PART_IMAGE or
 * PART_DOCUMENT, is what the client says it is: what is behind an https: URL is taken for that,
 * and text is no image. Bytes of the other kind change it. -1, ERR_INVALID naming `at`, when the
 * source cannot be read or holds nothing that the model takes.
 */
int source_read(struct part *p, const char *source, const char *at, struct err *err);

/* Fills it with a text, which is refused in the same way for an image. */
int source_of_text(struct part *p, const char *text, const char *at, struct err *err);

#endif
