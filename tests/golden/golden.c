/*
 * golden DIRECTORY NAME STEP: one recording of the CLI, against what a client should get of it,
 * fed whole and cut as pipes may cut it: in pieces of one size, and in two at every STEPth byte.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden/expected.h"
#include "golden/outcome.h"
#include "support/check.h"
#include "support/client.h"
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

/* The data of each event of a stream in the format wires[i]. */
static cJSON *frames_of(size_t i)
{
	return frames_read(&recording.whole.voices[i].frames, client_of(wires[i])->named);
}

static cJSON *object_of(size_t i)
{
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 20);
	struct err err;
	cJSON *object;

	assert_int_equal(wires[i]->object(&recording.whole.voices[i].out, &text), 0);
	object = json_parse(text.data, text.len, &err);
	check(object != NULL, "%s: the object is not JSON: %s", wires[i]->name, err.message);
	return object;
}

static void check_format(size_t i)
{
	const char *name = wires[i]->name;
	const cJSON *want = json_get(recording.expected, name);
	const cJSON *object = json_get(want, "object");
	const struct client *client = client_of(wires[i]);
	CLEANUP_JSON cJSON *frames = frames_of(i);
	CLEANUP_JSON cJSON *got = NULL;

	check(want != NULL, "%s: nothing is said of what it should be", name);
	if (client->take_numbers != NULL)
		client->take_numbers(frames);
	check_json(name, frames, json_get(want, "stream"));
	if (object == NULL)
		return;
	got = object_of(i);
	check_json(name, got, object);
}

/* Whether something should come before an error, if one does. */
static bool is_answered(void)
{
	for (size_t i = 0; i < wires_n; i++)
		if (json_get(recording.expected, wires[i]->name) != NULL)
			return true;
	return false;
}

TEST(whole)
{
	const struct outcome *o = &recording.whole;

	assert_true(decode_over(&o->decode));
	check(grammar_fault(&o->grammar) == NULL, "%s", grammar_fault(&o->grammar));
	if (!is_answered()) {
		assert_false(o->grammar.started);
		return;
	}
	for (size_t i = 0; i < wires_n; i++)
		check_format(i);
}

TEST(error)
{
	const cJSON *want = json_get(recording.expected, "error");
	const struct err *got = &recording.whole.fail;
	const char *code = json_get_string(want, "code");

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

TEST(beside_the_events)
{
	const struct decode *d = &recording.whole.decode;

	assert_true(decode_ready(d));
	assert_int_equal(d->acks, json_get_number(recording.expected, "acks"));
	assert_int_equal(d->about.models.n, ARRAY_LEN(models));
	for (size_t i = 0; i < ARRAY_LEN(models); i++)
		assert_string_equal(d->about.models.name[i], models[i]);
}

/* Each recording ends with what ends a turn; those with calls end where the CLI waits. */
TEST(rest)
{
	const struct outcome *o = &recording.whole;
	const struct answer *a = &o->voices[0].out.answer;
	enum decode_rest rest = decode_rest(&o->decode);

	if (a->stopped && a->stop == STOP_CALLS)
		assert_int_equal(rest,
			mcp_calls_are_asked(decode_calls(&o->decode)) ? REST_CALLS : REST_DOUBT);
	else
		assert_int_equal(rest, a->stopped && a->stop == STOP_END ? REST_IDLE : REST_DOUBT);
}

/* A client that reads the stream ends up with what it would have got without one. */
TEST(fold)
{
	if (json_get(recording.expected, "error") != NULL)
		return;
	for (size_t i = 0; i < wires_n; i++) {
		CLEANUP_JSON cJSON *frames = frames_of(i), *object = object_of(i);

		client_of(wires[i])->check_fold(frames, object);
	}
}

TEST(two_pieces)
{
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
TEST(pieces)
{
	for (size_t size = 1; size <= PIECE_MAX; size += 1 + size / 8)
		check_pieces(size);
}

/* What clients got so far is how the whole begins. */
static void check_beginning(const struct outcome *o)
{
	for (size_t i = 0; i < wires_n; i++) {
		const struct buf *frames = &o->voices[i].frames;

		assert_memory_equal(
			buf_str(frames), buf_str(&recording.whole.voices[i].frames), frames->len);
	}
}

/*
 * The child may end anywhere: there is exactly one terminal event, what came before stands,
 * and the child is not used again.
 */
TEST(prefixes)
{
	for (size_t n = 0; n < recording.n; n += recording.step) {
		struct outcome o;

		outcome_begin(&o, &recording.request);
		outcome_feed(&o, recording.bytes, n);
		check_beginning(&o);
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
	failed = tests_run(argv[2]);
	outcome_finish(&recording.whole);
	request_finish(&recording.request);
	cJSON_Delete(recording.expected);
	mem_free_slot(&recording.bytes);
	return failed;
}
