/*
 * POST /responses: https://platform.openai.com/docs/api-reference/responses
 *
 * Each block of the answer is one output item. Thinking is an item only when the
 * request asked for its summary or for what sends it back.
 */
#ifndef WIRE_RESPONSES_H
#define WIRE_RESPONSES_H

#include "wire/params.h"
#include "wire/wire.h"

struct cJSON;

extern const struct params responses_params;

int responses_parse(struct request *req, const struct cJSON *body, struct err *err);

int responses_stream(struct wire_out *o, const struct event *ev, struct buf *out);
int responses_beat(struct wire_out *o, struct buf *out);

/*
 * What a client needs to send thinking back: text and signature, made one opaque string.
 * The caller frees it. NULL for a string of another server's.
 */
char *responses_seal(const char *thinking, const char *signature);
struct cJSON *responses_unseal(const char *sealed); /* {thinking, signature}, or NULL */

/* The status of an answer that stopped so: completed or incomplete. */
const char *responses_status(const struct wire_out *o);
bool responses_refused(const struct wire_out *o); /* the answer is a refusal item */

/* Objects for the caller to free. status: in_progress, completed, incomplete, failed. */
struct cJSON *responses_object(const struct wire_out *o, const char *status);
struct cJSON *responses_item(const struct wire_out *o, size_t block, const char *status);
struct cJSON *responses_refusal_item(const struct wire_out *o, const char *status);
struct cJSON *responses_text_part(const char *text);
struct cJSON *responses_refusal_part(const char *text);
struct cJSON *responses_summary_part(const char *text);

bool responses_shows(const struct wire_out *o, const struct block *b); /* is an item */
size_t responses_index(const struct wire_out *o, size_t block);        /* its output_index */

#define RESPONSES_ID_SIZE 64
/* The id of a block's item; of the refusal's when `block` is one past the last. */
void responses_item_id(const struct wire_out *o, size_t block, char id[RESPONSES_ID_SIZE]);

#endif
