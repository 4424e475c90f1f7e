/*
 * golden DIRECTORY NAME STEP: one recording of the CLI, against what a client should get of it,
 * fed whole and cut as pipes may cut it: in pieces of one size, and in two at every STEPth byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden/expected.h"
#include "golden/fold.h"
#include "golden/outcome.h"
#include "support/check.h"
#include "support/frames.h"
#include "wire/error.h"

/* Pieces up to this size are tried; larger than most lines, so that some hold parts of three. */
#define PIECE_MAX 400

static struct {
	char *bytes;
	size_t n;
	size_t step;
	cJSON *expected;
	struct request request;
	struct outcome whole;
} recording;

/* What the `initialize` reply of every recording offers, less the CLI's "default". */
static const char *const models[] = {"opus", "fable", "sonnet", "haiku"};

static cJSON *frames_of(const struct wire *wire)
{
	if (wire == &wire_chat)
		return frames_read(&recording.whole.chat_frames, false);
	return frames_read(&recording.whole.responses_frames, true);
}

static cJSON *object_of(const struct wire *wire)
{
	struct wire_out *o =
		wire == &wire_chat ? &recording.whole.chat : &recording.whole.responses;
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 20);
	struct err err;
	cJSON *object;

	assert_int_equal(wire->object(o, &text), 0);
	object = json_parse(text.data, text.len, &err);
	check(object != NULL, "%s: the object is not JSON: %s", wire->name, err.message);
	return object;
}

/* Events count from 0. The numbers are taken out, so that expectations need not have them. */
static void take_sequence_numbers(cJSON *frames)
{
	cJSON *frame;
	int n = 0;

	cJSON_ArrayForEach(frame, frames)
	{
		const cJSON *number = json_get(frame, "sequence_number");

		check(cJSON_IsNumber(number) && number->valuedouble == n, "event %d: its number",
			n);
		cJSON_DeleteItemFromObjectCaseSensitive(frame, "sequence_number");
		n++;
	}
}

static void check_format(const struct wire *wire)
{
	const cJSON *want = json_get(recording.expected, wire->name);
	const cJSON *object = json_get(want, "object");
	CLEANUP_JSON cJSON *frames = frames_of(wire);
	CLEANUP_JSON cJSON *got = NULL;

	if (wire == &wire_responses)
		take_sequence_numbers(frames);
	check_json(wire->name, frames, json_get(want, "stream"));
	if (object == NULL)
		return;
	got = object_of(wire);
	check_json(wire->name, got, object);
}

static void test_whole(void **state)
{
	const struct outcome *o = &recording.whole;

	(void)state;
	assert_true(decode_over(&o->decode));
	check(grammar_fault(&o->grammar) == NULL, "%s", grammar_fault(&o->grammar));
	if (json_get(recording.expected, "chat") == NULL) {
		assert_false(o->grammar.started);
		return;
	}
	check_format(&wire_chat);
	check_format(&wire_responses);
}

static void test_error(void **state)
{
	const cJSON *want = json_get(recording.expected, "error");
	const struct err *got = &recording.whole.fail;
	const char *code = json_get_string(want, "code");

	(void)state;
	if (want == NULL) {
		check(got->kind == ERR_NONE, "%s", got->message);
		return;
	}
	check_err("error", got, got->kind, json_get_string(want, "param"));
	assert_int_equal(error_status(got->kind), json_get_number(want, "status"));
	if (code == NULL)
		assert_null(error_code(got->kind));
	else
		assert_string_equal(error_code(got->kind), code);
}

static void test_beside_the_events(void **state)
{
	const struct decode *d = &recording.whole.decode;

	(void)state;
	assert_true(d->ready);
	assert_int_equal(d->acks, json_get_number(recording.expected, "acks"));
	assert_int_equal(d->about.models.n, ARRAY_LEN(models));
	for (size_t i = 0; i < ARRAY_LEN(models); i++)
		assert_string_equal(d->about.models.name[i], models[i]);
}

/* Each recording ends with what ends a turn; those with calls end where the CLI waits. */
static void test_rest(void **state)
{
	const struct outcome *o = &recording.whole;
	const struct answer *a = &o->chat.answer;
	enum decode_rest rest = decode_rest(&o->decode);

	(void)state;
	if (a->stopped && a->stop == STOP_CALLS)
		assert_int_equal(rest, note_is_complete(&o->decode.note) ? REST_CALLS : REST_DOUBT);
	else
		assert_int_equal(rest, a->stopped && a->stop == STOP_END ? REST_IDLE : REST_DOUBT);
}

static void check_chat_fold(void)
{
	CLEANUP_JSON cJSON *frames = frames_of(&wire_chat);
	CLEANUP_JSON cJSON *object = object_of(&wire_chat);
	CLEANUP_JSON cJSON *folded = fold_chat(frames);
	cJSON *choice = cJSON_GetArrayItem(json_get(object, "choices"), 0);
	cJSON *message = cJSON_GetObjectItemCaseSensitive(choice, "message");

	/* A stream begins with no content before it is known that none will come. */
	if (json_get(message, "content") == NULL)
		cJSON_ReplaceItemInObjectCaseSensitive(message, "content", cJSON_CreateString(""));
	check_json("message", json_get(folded, "message"), message);
	check_json("finish_reason", json_get(folded, "finish_reason"),
		json_get(choice, "finish_reason"));
	check_json("usage", json_get(folded, "usage"), json_get(object, "usage"));
}

static void check_responses_fold(void)
{
	CLEANUP_JSON cJSON *frames = frames_of(&wire_responses);
	CLEANUP_JSON cJSON *object = object_of(&wire_responses);
	CLEANUP_JSON cJSON *output = fold_responses(frames);
	const cJSON *last = cJSON_GetArrayItem(frames, cJSON_GetArraySize(frames) - 1);

	check_json("output", output, json_get(object, "output"));
	check_json("last event", json_get(last, "response"), object);
}

/* A client that reads the stream ends up with what it would have got without one. */
static void test_fold(void **state)
{
	(void)state;
	if (json_get(recording.expected, "error") != NULL)
		return;
	check_chat_fold();
	check_responses_fold();
}

static void test_two_pieces(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < recording.n; cut += recording.step) {
		struct outcome o;

		outcome_begin(&o, &recording.request);
		outcome_feed(&o, recording.bytes, cut);
		outcome_feed(&o, recording.bytes + cut, recording.n - cut);
		check(outcome_same(&o, &recording.whole), "cut at byte %zu", cut);
		outcome_finish(&o);
	}
}

static void check_pieces(size_t size)
{
	struct outcome o;

	outcome_begin(&o, &recording.request);
	for (size_t i = 0; i < recording.n; i += size)
		outcome_feed(
			&o, recording.bytes + i, recording.n - i < size ? recording.n - i : size);
	check(outcome_same(&o, &recording.whole), "in pieces of %zu bytes", size);
	outcome_finish(&o);
}

/* From single bytes on; the larger they are, the fewer sizes are tried. */
static void test_pieces(void **state)
{
	(void)state;
	for (size_t size = 1; size <= PIECE_MAX; size += 1 + size / 8)
		check_pieces(size);
}

/*
 * The child may end anywhere: there is exactly one terminal event, what came before stands,
 * and the child is not used again.
 */
static void test_prefixes(void **state)
{
	const struct buf *whole = &recording.whole.chat_frames;

	(void)state;
	for (size_t n = 0; n < recording.n; n += recording.step) {
		struct outcome o;
		size_t before;

		outcome_begin(&o, &recording.request);
		outcome_feed(&o, recording.bytes, n);
		before = o.chat_frames.len;
		assert_memory_equal(buf_str(&o.chat_frames), buf_str(whole), before);
		outcome_end(&o);
		check(grammar_fault(&o.grammar) == NULL, "ended at byte %zu: %s", n,
			grammar_fault(&o.grammar));
		check(decode_rest(&o.decode) == REST_DOUBT, "ended at byte %zu: to be used", n);
		outcome_finish(&o);
	}
}

static void read_request(void)
{
	const cJSON *given = json_get(recording.expected, "request");
	CLEANUP_JSON cJSON *body =
		given != NULL ? cJSON_Duplicate(given, true) : cJSON_CreateObject();
	struct err err;

	cJSON_AddStringToObject(body, "input", "q");
	request_init(&recording.request);
	check(wire_responses.parse(&recording.request, body, &err) == 0, "request: %s",
		err.message);
	recording.request.include_usage = recording.request.stream = true;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_beside_the_events),
		cmocka_unit_test(test_rest),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_two_pieces),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_prefixes),
	};
	int failed;

	recording.step = argc == 4 ? strtoul(argv[3], NULL, 10) : 0;
	if (recording.step == 0) {
		fputs("usage: golden DIRECTORY NAME STEP\n", stderr);
		return 2;
	}
	recording.bytes = file_read(argv[1], argv[2], ".ndjson", &recording.n);
	recording.expected = expected_read(argv[1], argv[2]);
	read_request();
	outcome_begin(&recording.whole, &recording.request);
	outcome_feed(&recording.whole, recording.bytes, recording.n);
	failed = cmocka_run_group_tests_name(argv[2], tests, NULL, NULL);
	outcome_finish(&recording.whole);
	request_finish(&recording.request);
	cJSON_Delete(recording.expected);
	mem_free_slot(&recording.bytes);
	return failed;
}
