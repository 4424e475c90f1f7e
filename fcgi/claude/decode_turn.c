#include "claude/decode_turn.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* Messages of one turn that went to no tool; each is a request of the API's. */
#define MAX_DETOURS 8

void decode_turn_init(struct decode_turn *t, const struct request *request,
	const struct aliases *aliases, struct emitter *emitter)
{
	*t = (struct decode_turn){.request = request, .emitter = emitter};
	decode_block_init(&t->block, request, aliases, emitter);
}

void decode_turn_finish(struct decode_turn *t)
{
	decode_block_finish(&t->block);
}

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
static void begin_count(struct decode_turn *t)
{
	t->before.input += t->usage.input;
	t->before.cache_read += t->usage.cache_read;
	t->before.cache_write += t->usage.cache_write;
	t->before.output += t->usage.output;
	t->before.reasoning += t->usage.reasoning;
	t->usage = (struct usage){0};
}

/* A block in one piece. */
static void emit_text(struct decode_turn *t, const char *text)
{
	emitter_emit(t->emitter, (struct event){.kind = EVENT_OPEN, .block = BLOCK_TEXT});
	if (text[0] != '\0')
		emitter_emit(t->emitter, (struct event){.kind = EVENT_TEXT, .text = text});
	emitter_emit(t->emitter, (struct event){.kind = EVENT_CLOSE});
}

/* What is to come after message_stop, if anything. After a cut the CLI goes on by itself. */
static enum decode_rest rest_after(const struct decode_turn *t, enum stop_reason stop)
{
	const struct decode_said *said = &t->block.said;

	if (t->rest == REST_DOUBT || said->cut || !said->words || t->detours > 0 || said->astray ||
		stop == STOP_LENGTH || stop == STOP_REFUSAL)
		return REST_DOUBT;
	/* A call that is not asked for by now is one that the CLI answers itself. */
	if (stop == STOP_CALLS)
		return mcp_calls_are_asked(&said->calls) ? REST_CALLS : REST_DOUBT;
	return t->request->schema != NULL ? REST_IDLE : REST_BUSY;
}

/* Ends the turn well: emits what was held back, the usage and STOP. */
static void end_turn(struct decode_turn *t, enum stop_reason stop)
{
	struct decode_said *said = &t->block.said;

	said->words = said->words || said->held.len > 0;
	t->rest = rest_after(t, stop);
	/* What a model that has nothing to say answers is an empty text. */
	if (said->held.len > 0 || (stop == STOP_END && !said->words && !said->text))
		emit_text(t, buf_str(&said->held));
	begin_count(t);
	emitter_emit(t->emitter, (struct event){.kind = EVENT_USAGE, .usage = t->before});
	emitter_emit(t->emitter, (struct event){.kind = EVENT_STOP, .stop = stop});
}

/*
 * One message more is fine after calls that the CLI answered itself, and with a schema, where
 * the CLI has the model try again, while nothing was said.
 */
static bool may_begin(const struct decode_turn *t)
{
	if (t->phase == TURN_MESSAGE)
		return false;
	return t->phase == TURN_AWAITED || t->block.said.astray ||
	       (t->request->schema != NULL && !t->block.said.words);
}

void decode_turn_misfit(struct decode_turn *t)
{
	const char *param = t->request->schema_param;
	struct err err;

	err_param(&err, ERR_INVALID, param,
		"The model gave no answer that fits the schema in '%s'. A simpler schema, or a prompt that says what is wanted, may help.",
		param);
	emitter_fail(t->emitter, &err);
}

static void begin_anew(struct decode_turn *t)
{
	const char *param = t->request->schema_param;
	struct err err;

	if (t->block.said.fits)
		err_param(&err, ERR_INVALID, param,
			"What the model wrote first does not fit the schema in '%s', and is sent already: without 'stream' it gets another try.",
			param);
	else
		err_set(&err, ERR_UPSTREAM,
			"claude began its answer anew; what was sent is incomplete.");
	emitter_fail(t->emitter, &err);
}

static void on_message_start(struct decode_turn *t, const cJSON *ev)
{
	const cJSON *message = json_get(ev, "message");
	const char *model = json_get_string(message, "model");

	if (t->phase == TURN_UNVETTED) {
		EMITTER_FAIL(t->emitter, ERR_INTERNAL,
			"claude was ended: it answered without an init line.");
		return;
	}
	if (!may_begin(t)) {
		begin_anew(t);
		return;
	}
	begin_count(t);
	decode_block_begin_message(&t->block);
	t->has_stop = false;
	merge_usage(&t->usage, json_get(message, "usage"));
	if (!decode_turn_started(t))
		emitter_emit(t->emitter, (struct event){
						 .kind = EVENT_START,
						 .model = model != NULL ? model : "claude",
					 });
	t->phase = TURN_MESSAGE;
}

static void on_block_start(struct decode_turn *t, const cJSON *ev)
{
	if (t->phase != TURN_MESSAGE)
		EMITTER_FAIL(
			t->emitter, ERR_UPSTREAM, "claude opened a content block out of order.");
	else
		decode_block_start(&t->block, ev);
}

static void on_block_delta(struct decode_turn *t, const cJSON *ev)
{
	decode_block_delta(&t->block, ev);
}

static void on_block_stop(struct decode_turn *t, const cJSON *ev)
{
	decode_block_stop(&t->block, ev);
}

static void on_message_delta(struct decode_turn *t, const cJSON *ev)
{
	const char *reason = json_get_string(json_get(ev, "delta"), "stop_reason");

	merge_usage(&t->usage, json_get(ev, "usage"));
	if (reason == NULL)
		return;
	t->has_stop = true;
	if (strcmp(reason, "max_tokens") == 0 ||
		strcmp(reason, "model_context_window_exceeded") == 0)
		t->stop = STOP_LENGTH;
	else if (strcmp(reason, "refusal") == 0)
		t->stop = STOP_REFUSAL;
	else if (strcmp(reason, "tool_use") == 0)
		t->stop = STOP_CALLS;
	else
		t->stop = STOP_END;
}

/* Whether the CLI has still to say if the answer fits, or to have the model try again. */
static bool awaits_result(const struct decode_turn *t)
{
	return t->request->schema != NULL && !t->block.said.call &&
	       (t->stop == STOP_END || t->stop == STOP_CALLS);
}

/* The CLI goes on by itself where all that the model called was no tool. */
static bool goes_astray(const struct decode_turn *t)
{
	return t->block.said.astray && !t->block.said.call &&
	       (t->stop == STOP_CALLS || t->stop == STOP_END) && t->detours < MAX_DETOURS;
}

static void on_message_stop(struct decode_turn *t, const cJSON *ev)
{
	enum stop_reason stop = t->stop;

	(void)ev;
	if (t->phase != TURN_MESSAGE || t->block.open != OPEN_NONE || !t->has_stop) {
		EMITTER_FAIL(t->emitter, ERR_UPSTREAM, "claude broke its answer off.");
		return;
	}
	t->phase = TURN_PAUSED;
	if (goes_astray(t)) {
		t->detours++;
		return;
	}
	if (awaits_result(t))
		return;
	/* Some models stop "at the end" with a call, or for a call with none. */
	if (stop == STOP_END || stop == STOP_CALLS)
		stop = t->block.said.call ? STOP_CALLS : STOP_END;
	end_turn(t, stop);
}

void decode_turn_event(struct decode_turn *t, const cJSON *line)
{
	static const struct {
		const char *type;
		void (*handle)(struct decode_turn *t, const cJSON *ev);
	} kinds[] = {
		{"content_block_delta", on_block_delta},
		{"message_start", on_message_start},
		{"content_block_start", on_block_start},
		{"content_block_stop", on_block_stop},
		{"message_delta", on_message_delta},
		{"message_stop", on_message_stop},
	};
	const cJSON *ev = json_get(line, "event");
	const char *type = json_get_string(ev, "type");

	/* After an error line the CLI closes what was open, as if it were whole. */
	if (type == NULL || t->emitter->told.kind != ERR_NONE)
		return;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(type, kinds[i].type) == 0) {
			kinds[i].handle(t, ev);
			break;
		}
	if (t->block.said.cut)
		end_turn(t, STOP_END);
}

void decode_turn_result(struct decode_turn *t, const cJSON *line)
{
	const cJSON *usage = json_get(line, "usage");

	if (t->request->schema == NULL || t->phase != TURN_PAUSED) {
		EMITTER_FAIL(t->emitter, ERR_UPSTREAM, "claude ended its turn without an answer.");
	} else if (!t->block.said.fits || json_get(line, "structured_output") == NULL) {
		decode_turn_misfit(t);
	} else {
		/* It has those of all messages. */
		if (usage != NULL)
			t->before = t->usage = (struct usage){0};
		merge_usage(&t->usage, usage);
		end_turn(t, STOP_END);
	}
}
