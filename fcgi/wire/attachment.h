/*
 * Images and files in the parts of a message. Each function fills p from `part`, which errors call
 * `at`. The caller sets the kind of p, PART_IMAGE or PART_DOCUMENT, to what the client says that
 * it is; the bytes may change it (wire/source.h). -1, ERR_INVALID: `part` has no image or file, or
 * none that can be read.
 */
#ifndef WIRE_ATTACHMENT_H
#define WIRE_ATTACHMENT_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/* `part` is {image_url: URL} or {image_url: {url: URL}}. */
int attachment_image(struct part *p, const struct cJSON *part, const char *at, struct err *err);

/* `part` is {file: {file_data or file_url, filename}}, or has these members itself. */
int attachment_file(struct part *p, const struct cJSON *part, const char *at, struct err *err);

/*
 * `part` is a block of Anthropic's API, {source: {type, data or url}, title}, or a part of MCP's,
 * which has `data` or `url` itself.
 */
int attachment_block(struct part *p, const struct cJSON *part, const char *at, struct err *err);

#endif
