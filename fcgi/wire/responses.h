/*
 * POST /responses: https://platform.openai.com/docs/api-reference/responses
 *
 * Each block of the answer is one output item. Thinking is an item only when the request asked
 * for its summary or for the encrypted content with which a client sends it back.
 */
#ifndef WIRE_RESPONSES_H
#define WIRE_RESPONSES_H

#include "wire/params.h"
#include "wire/wire.h"

struct cJSON;

extern const struct params responses_params;

/* Three members of wire_responses: wire/wire.h says what they do. */
int responses_parse(struct request *req, const struct cJSON *body, struct err *err);
int responses_stream(struct wire_out *o, const struct event *ev, struct buf *out);
int responses_beat(struct wire_out *o, struct buf *out);

/*
 * responses_seal makes thinking and its signature one string, with which a client sends it back;
 * the caller frees it. responses_unseal returns {thinking, signature} for the caller to delete, or
 * NULL if the string is another server's.
 */
char *responses_seal(const char *thinking, const char *signature);
struct cJSON *responses_unseal(const char *sealed);

/* The status of an answer that has stopped: completed or incomplete. */
const char *responses_status(const struct wire_out *o);
bool responses_refused(const struct wire_out *o); /* the answer is a refusal item */

/* Objects for the caller to delete. A status is in_progress, completed, incomplete or failed. */
struct cJSON *responses_object(const struct wire_out *o, const char *status);
struct cJSON *responses_item(const struct wire_out *o, size_t block, const char *status);
struct cJSON *responses_refusal_item(const struct wire_out *o, const char *status);
struct cJSON *responses_text_part(const char *text);
struct cJSON *responses_refusal_part(const char *text);
struct cJSON *responses_summary_part(const char *text);

/* Whether the block is an output item, and the output_index of the block's item. */
bool responses_shows(const struct wire_out *o, const struct block *b);
size_t responses_index(const struct wire_out *o, size_t block);

#define RESPONSES_ID_SIZE 64
/* Writes the id of a block's item, or that of the refusal if `block` is one past the last. */
void responses_item_id(const struct wire_out *o, size_t block, char id[RESPONSES_ID_SIZE]);

#endif
