/* The objects of the Responses format, shared by its stream and its whole answer. */
#ifndef WIRE_RESPONSES_H
#define WIRE_RESPONSES_H

#include "wire/wire.h"

struct cJSON;

int responses_parse(struct request *req, const struct cJSON *body, struct err *err);
int responses_stream(struct wire_out *o, const struct event *ev, struct buf *out);

/* status: in_progress, completed, incomplete, failed. The caller frees. */
struct cJSON *responses_object(const struct wire_out *o, const char *status);
struct cJSON *responses_message(const struct wire_out *o, const char *status);
struct cJSON *responses_text_part(const char *text);
const char *responses_status(enum stop_reason stop);

#define RESPONSES_ITEM_ID_SIZE 64
void responses_item_id(const struct wire_out *o, char id[RESPONSES_ITEM_ID_SIZE]);

#endif
