/*
 * Images and files as parts of a message have them. Each function fills `p`, whose kind,
 * PART_IMAGE or PART_DOCUMENT, is what the client says it is; its bytes may change that
 * (source.h). -1, ERR_INVALID, when `part`, named `at`, has none that can be read.
 */
#ifndef WIRE_ATTACHMENT_H
#define WIRE_ATTACHMENT_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/* {image_url: URL}, or {image_url: {url: URL}}. */
int attachment_image(struct part *p, const struct cJSON *part, const char *at, struct err *err);

/* {file: {file_data, filename}}, or those beside the type; file_url in place of file_data. */
int attachment_file(struct part *p, const struct cJSON *part, const char *at, struct err *err);

/*
 * A block of Anthropic's, {source: {type, data or url}, title}, or a part of MCP's, which has
 * `data` or `url` beside its type.
 */
int attachment_block(struct part *p, const struct cJSON *part, const char *at, struct err *err);

#endif
