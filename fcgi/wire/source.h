/*
 * Where the bytes of an image or a file are: in a data: URL, in base64, or behind an https: URL
 * that Anthropic's API fetches.
 *
 * Bytes say what they are, whatever type or name the client gave them: a PDF becomes a document,
 * a PNG, JPEG, GIF or WebP an image, and any other text file (base/textfile.h) a document of text.
 * The model is sent base64 in the standard form of RFC 4648, whatever form the client wrote.
 */
#ifndef WIRE_SOURCE_H
#define WIRE_SOURCE_H

#include "base/err.h"
#include "turn/request.h"

/*
 * Fills p from an https: URL, a data: URL or base64. The caller has set the kind of p, PART_IMAGE
 * or PART_DOCUMENT, to what the client says that it is. Behind an https: URL that is believed;
 * bytes that are of the other kind change it. -1, ERR_INVALID naming `at`: the source cannot be
 * read, is nothing that the model takes, or is text where an image should be.
 */
int source_read(struct part *p, const char *source, const char *at, struct err *err);

/* Fills p with a copy of the text. -1, ERR_INVALID: p is to be an image, or the text is blank. */
int source_of_text(struct part *p, const char *text, const char *at, struct err *err);

#endif
