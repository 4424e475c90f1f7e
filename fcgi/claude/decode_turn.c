#include "claude/decode_turn.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/decode_block.h"

/* Messages of one turn that went to no tool; each is a request of the API's. */
#define MAX_DETOURS 8

static void set_count(uint64_t *count, const cJSON *usage, const char *name)
{
	double n = json_get_number(usage, name);

	if (json_get(usage, name) != NULL && n >= 0 && n < 1e15)
		*count = (uint64_t)n;
}

/* message_start brings the prompt's counts, message_delta the output's. */
static void merge_usage(struct usage *u, const cJSON *usage)
{
	set_count(&u->input, usage, "input_tokens");
	set_count(&u->cache_read, usage, "cache_read_input_tokens");
	set_count(&u->cache_write, usage, "cache_creation_input_tokens");
	set_count(&u->output, usage, "output_tokens");
	set_count(&u->reasoning, json_get(usage, "output_tokens_details"), "thinking_tokens");
}

/* The API counts a message, and each one more is paid for as well. */
static void begin_count(struct decode *d)
{
	d->spent.input += d->usage.input;
	d->spent.cache_read += d->usage.cache_read;
	d->spent.cache_write += d->usage.cache_write;
	d->spent.output += d->usage.output;
	d->spent.reasoning += d->usage.reasoning;
	d->usage = (struct usage){0};
}

/* A block in one piece. */
static void emit_text(struct decode *d, const char *text)
{
	decode_emit(d, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT});
	if (text[0] != '\0')
		decode_emit(d, (struct event){.kind = EVENT_TEXT, .text = text});
	decode_emit(d, (struct event){.kind = EVENT_CLOSE});
}

/* What is to come after message_stop, if anything. After a cut the CLI goes on by itself. */
static enum decode_rest rest_after(const struct decode *d, enum stop_reason stop)
{
	if (d->rest == REST_DOUBT || !d->spoke || d->detours > 0 || d->astray ||
		stop == STOP_LENGTH || stop == STOP_REFUSAL)
		return REST_DOUBT;
	/* A call that is not asked for by now is one that the CLI answers itself. */
	if (stop == STOP_CALLS)
		return mcp_calls_are_asked(&d->calls) ? REST_CALLS : REST_DOUBT;
	return d->request->schema != NULL ? REST_IDLE : REST_BUSY;
}

void decode_turn_finish(struct decode *d, enum stop_reason stop)
{
	d->spoke = d->spoke || d->held.len > 0;
	d->rest = rest_after(d, stop);
	/* What a model that has nothing to say answers is an empty text. */
	if (d->held.len > 0 || (stop == STOP_END && !d->spoke && !d->has_text))
		emit_text(d, buf_str(&d->held));
	begin_count(d);
	decode_emit(d, (struct event){.kind = EVENT_USAGE, .usage = d->spent});
	decode_emit(d, (struct event){.kind = EVENT_STOP, .stop = stop});
}

/*
 * One message more is fine after calls that the CLI answered itself, and with a schema, where
 * the CLI has the model try again, while nothing was said.
 */
static bool may_begin(const struct decode *d)
{
	if (d->in_message)
		return false;
	return !d->started || d->astray || (d->request->schema != NULL && !d->spoke);
}

void decode_turn_misfit(struct decode *d)
{
	const char *param = d->request->schema_param;
	struct err err;

	err_param(&err, ERR_INVALID, param,
		"The model gave no answer that fits the schema in '%s'. A simpler schema, or a "
		"prompt that says what is wanted, may help.",
		param);
	decode_fail(d, &err);
}

static void begin_anew(struct decode *d)
{
	const char *param = d->request->schema_param;
	struct err err;

	if (d->fits)
		err_param(&err, ERR_INVALID, param,
			"What the model wrote first does not fit the schema in '%s', and is sent "
			"already: without 'stream' it gets another try.",
			param);
	else
		err_set(&err, ERR_UPSTREAM,
			"claude began its answer anew; what was sent is incomplete.");
	decode_fail(d, &err);
}

static void on_message_start(struct decode *d, const cJSON *ev)
{
	const cJSON *message = json_get(ev, "message");
	const char *model = json_get_string(message, "model");

	if (!d->vetted) {
		DECODE_FAIL(d, ERR_INTERNAL, "claude was ended: it answered without an init line.");
		return;
	}
	if (!may_begin(d)) {
		begin_anew(d);
		return;
	}
	begin_count(d);
	buf_clear(&d->held);
	d->in_message = true;
	d->has_stop = d->astray = d->fits = false;
	merge_usage(&d->usage, json_get(message, "usage"));
	if (!d->started)
		decode_emit(d, (struct event){
				       .kind = EVENT_START,
				       .model = model != NULL ? model : "claude",
			       });
	d->started = true;
}

static void on_message_delta(struct decode *d, const cJSON *ev)
{
	const char *reason = json_get_string(json_get(ev, "delta"), "stop_reason");

	merge_usage(&d->usage, json_get(ev, "usage"));
	if (reason == NULL)
		return;
	d->has_stop = true;
	if (strcmp(reason, "max_tokens") == 0 ||
		strcmp(reason, "model_context_window_exceeded") == 0)
		d->stop = STOP_LENGTH;
	else if (strcmp(reason, "refusal") == 0)
		d->stop = STOP_REFUSAL;
	else if (strcmp(reason, "tool_use") == 0)
		d->stop = STOP_CALLS;
	else
		d->stop = STOP_END;
}

/* Whether the CLI has still to say if the answer fits, or to have the model try again. */
static bool awaits_result(const struct decode *d)
{
	return d->request->schema != NULL && !d->has_call &&
	       (d->stop == STOP_END || d->stop == STOP_CALLS);
}

/* The CLI goes on by itself where all that the model called was no tool. */
static bool goes_astray(const struct decode *d)
{
	return d->astray && !d->has_call && (d->stop == STOP_CALLS || d->stop == STOP_END) &&
	       d->detours < MAX_DETOURS;
}

static void on_message_stop(struct decode *d, const cJSON *ev)
{
	enum stop_reason stop = d->stop;

	(void)ev;
	if (!d->in_message || d->open || !d->has_stop) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude broke its answer off.");
		return;
	}
	d->in_message = false;
	if (goes_astray(d)) {
		d->detours++;
		return;
	}
	if (awaits_result(d))
		return;
	/* Some models stop "at the end" with a call, or for a call with none. */
	if (stop == STOP_END || stop == STOP_CALLS)
		stop = d->has_call ? STOP_CALLS : STOP_END;
	decode_turn_finish(d, stop);
}

void decode_turn_event(struct decode *d, const cJSON *line)
{
	static const struct {
		const char *type;
		void (*handle)(struct decode *d, const cJSON *ev);
	} kinds[] = {
		{"content_block_delta", decode_block_delta},
		{"message_start", on_message_start},
		{"content_block_start", decode_block_start},
		{"content_block_stop", decode_block_stop},
		{"message_delta", on_message_delta},
		{"message_stop", on_message_stop},
	};
	const cJSON *ev = json_get(line, "event");
	const char *type = json_get_string(ev, "type");

	/* After an error line the CLI closes what was open, as if it were whole. */
	if (type == NULL || d->failure.kind != ERR_NONE)
		return;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(type, kinds[i].type) == 0) {
			kinds[i].handle(d, ev);
			return;
		}
}

void decode_turn_result(struct decode *d, const cJSON *line)
{
	const cJSON *usage = json_get(line, "usage");

	if (d->request->schema == NULL || d->in_message || !d->started) {
		DECODE_FAIL(d, ERR_UPSTREAM, "claude ended its turn without an answer.");
	} else if (!d->fits || json_get(line, "structured_output") == NULL) {
		decode_turn_misfit(d);
	} else {
		/* It has those of all messages. */
		if (usage != NULL)
			d->spent = d->usage = (struct usage){0};
		merge_usage(&d->usage, usage);
		decode_turn_finish(d, STOP_END);
	}
}
