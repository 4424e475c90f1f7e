/*
 * The event sequence of a streamed response: created, in_progress, then for the one
 * message item added, per text block part added, deltas, text done, part done, at the
 * end item done and completed. Every event has the next sequence_number.
 */
#include "wire/responses.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "wire/error.h"
#include "wire/sse.h"

/* The next event, to be filled and given to end_event. */
static cJSON *begin_event(struct wire_out *o, const char *type)
{
	cJSON *ev = cJSON_CreateObject();

	cJSON_AddStringToObject(ev, "type", type);
	cJSON_AddNumberToObject(ev, "sequence_number", o->sequence++);
	return ev;
}

/* Takes ev. */
static int end_event(cJSON *ev, struct buf *out)
{
	CLEANUP_JSON cJSON *frame = ev;

	return sse_event(out, json_get_string(frame, "type"), frame);
}

static int write_response(struct wire_out *o, const char *type, const char *status, struct buf *out)
{
	cJSON *ev = begin_event(o, type);

	cJSON_AddItemToObject(ev, "response", responses_object(o, status));
	return end_event(ev, out);
}

static int write_head(struct wire_out *o, struct buf *out)
{
	o->head = true;
	if (write_response(o, "response.created", "in_progress", out) < 0)
		return -1;
	return write_response(o, "response.in_progress", "in_progress", out);
}

static int write_item(struct wire_out *o, const char *type, const char *status, struct buf *out)
{
	cJSON *ev = begin_event(o, type);

	cJSON_AddNumberToObject(ev, "output_index", 0);
	cJSON_AddItemToObject(ev, "item", responses_message(o, status));
	return end_event(ev, out);
}

/* An event about the content part that was opened last. */
static cJSON *begin_part_event(struct wire_out *o, const char *type)
{
	cJSON *ev = begin_event(o, type);
	char id[RESPONSES_ITEM_ID_SIZE];

	responses_item_id(o, id);
	cJSON_AddStringToObject(ev, "item_id", id);
	cJSON_AddNumberToObject(ev, "output_index", 0);
	cJSON_AddNumberToObject(ev, "content_index", o->n_parts - 1);
	return ev;
}

static int write_open(struct wire_out *o, enum block_kind kind, struct buf *out)
{
	cJSON *ev;

	if (kind != BLOCK_TEXT)
		return 0;
	if (o->n_parts == 0 && write_item(o, "response.output_item.added", "in_progress", out) < 0)
		return -1;
	o->n_parts++;
	ev = begin_part_event(o, "response.content_part.added");
	cJSON_AddItemToObject(ev, "part", responses_text_part(""));
	return end_event(ev, out);
}

static int write_text(struct wire_out *o, const char *text, struct buf *out)
{
	cJSON *ev = begin_part_event(o, "response.output_text.delta");

	cJSON_AddStringToObject(ev, "delta", text);
	cJSON_AddArrayToObject(ev, "logprobs");
	return end_event(ev, out);
}

static int write_close(struct wire_out *o, struct buf *out)
{
	const struct block *block = answer_last(&o->answer);
	cJSON *ev;

	if (block->kind != BLOCK_TEXT)
		return 0;
	ev = begin_part_event(o, "response.output_text.done");
	cJSON_AddStringToObject(ev, "text", buf_str(&block->text));
	cJSON_AddArrayToObject(ev, "logprobs");
	if (end_event(ev, out) < 0)
		return -1;
	ev = begin_part_event(o, "response.content_part.done");
	cJSON_AddItemToObject(ev, "part", responses_text_part(buf_str(&block->text)));
	return end_event(ev, out);
}

static int write_end(struct wire_out *o, struct buf *out)
{
	const char *status = responses_status(o->answer.stop);
	char type[64];

	if (o->n_parts > 0 && write_item(o, "response.output_item.done", status, out) < 0)
		return -1;
	snprintf(type, sizeof(type), "response.%s", status);
	return write_response(o, type, status, out);
}

/* Both: some clients look only at the one, some only at the other. */
static int write_failure(struct wire_out *o, const struct err *fail, struct buf *out)
{
	cJSON *ev;

	if (!o->head && write_head(o, out) < 0)
		return -1;
	ev = begin_event(o, "error");
	error_add_members(ev, fail);
	if (end_event(ev, out) < 0)
		return -1;
	return write_response(o, "response.failed", "failed", out);
}

int responses_stream(struct wire_out *o, const struct event *ev, struct buf *out)
{
	switch (ev->kind) {
	case EVENT_START:
		return write_head(o, out);
	case EVENT_OPEN:
		return write_open(o, ev->block, out);
	case EVENT_TEXT:
		return write_text(o, ev->text, out);
	case EVENT_CLOSE:
		return write_close(o, out);
	case EVENT_STOP:
		return write_end(o, out);
	case EVENT_FAIL:
		return write_failure(o, ev->fail, out);
	case EVENT_THINK:
	case EVENT_USAGE:
		return 0;
	}
	return 0;
}
