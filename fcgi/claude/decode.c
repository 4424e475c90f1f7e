#include "claude/decode.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "claude/failure.h"
#include "claude/launch.h"
#include "claude/line.h"
#include "claude/mcp.h"
#include "claude/model_id.h"
#include "claude/offer.h"

/* Answers of ours to what the CLI asks an MCP server: each has the whole list of tools. */
#define MAX_REPLIES ((size_t)1 << 30)

/* Seconds: the longest limit there is renews weekly. */
#define LONGEST_WAIT (7LL * 24 * 60 * 60)

void decode_init(struct decode *d, const struct request *request, event_fn *emit, void *arg)
{
	*d = (struct decode){
		.request = request,
		.emitter = {.emit = emit, .arg = arg},
		.replies = BUF_INIT(MAX_REPLIES),
		.line = BUF_INIT(LINE_LIMIT),
		.clean = BUF_INIT(3 * LINE_LIMIT),
	};
	aliases_init(&d->aliases, &request->tools);
	decode_turn_init(&d->turn, request, &d->aliases, &d->emitter);
}

void decode_finish(struct decode *d)
{
	buf_finish(&d->replies);
	buf_finish(&d->line);
	buf_finish(&d->clean);
	decode_turn_finish(&d->turn);
	aliases_finish(&d->aliases);
}

void decode_continue(struct decode *d)
{
	d->phase = DECODE_BETWEEN;
	decode_turn_vet(&d->turn);
	d->turn.rest = REST_IDLE;
}

bool decode_take_up(struct decode *d)
{
	if (decode_rest(d) != REST_IDLE)
		return false;
	d->phase = DECODE_TURN;
	d->turn.rest = REST_BUSY;
	return true;
}

void decode_fail(struct decode *d, const struct err *err)
{
	emitter_fail(&d->emitter, err);
}

/* What the client described and the CLI does not show, it could not take. */
static void refuse(struct decode *d, const char *param, const char *why)
{
	struct err err;

	err_param(&err, ERR_INVALID, param, "'%s' has %s.", param, why);
	emitter_fail(&d->emitter, &err);
}

static void refuse_tool(struct decode *d, const cJSON *line)
{
	const struct tool *tool = offer_missing(&d->aliases, line);

	if (tool != NULL && tool->param != NULL)
		refuse(d, tool->param,
			"a schema that claude does not take: simplify it, or leave the tool out");
	else
		refuse(d, "tools",
			"a tool that claude does not take: leave out one after the other to find it");
}

/* The CLI has put another version in the place of one that it takes for retired. */
static void refuse_model(struct decode *d, const char *model)
{
	struct err err;

	err_param(&err, ERR_MODEL, "model",
		"The model '%s' cannot be had: claude would ask '%s' in its place. GET /v1/models lists the models.",
		d->asked, model);
	emitter_fail(&d->emitter, &err);
}

static void on_init(struct decode *d, const cJSON *line)
{
	const char *version = json_get_string(line, "claude_code_version");
	const char *model = json_get_string(line, "model");
	size_t expected = d->request->tools.n + (d->request->schema != NULL);

	if (version == NULL || !launch_version_serves(version))
		EMITTER_FAIL(&d->emitter, ERR_INTERNAL,
			"Claude Code %s is too old: %s or newer is needed. Run: npm install -g @anthropic-ai/claude-code@latest",
			version != NULL ? version : "of unknown version", LAUNCH_OLDEST_CLI);
	else if (offer_shows_too_much(d->request, &d->aliases, line))
		EMITTER_FAIL(&d->emitter, ERR_INTERNAL,
			"claude was ended: its init line shows tools, MCP servers or slash commands that it was not given.");
	else if (d->asked != NULL && model != NULL && !model_id_agree(d->asked, model))
		refuse_model(d, model);
	else if (d->request->schema != NULL && !offer_shows(line, OFFER_SCHEMA_TOOL))
		refuse(d, d->request->schema_param, "a schema that is not a valid one");
	else if ((size_t)cJSON_GetArraySize(json_get(line, "tools")) < expected)
		refuse_tool(d, line);
	else
		decode_turn_vet(&d->turn);
	if (model != NULL)
		snprintf(d->model, sizeof(d->model), "%s", model);
	if (version != NULL)
		snprintf(d->about.version, sizeof(d->about.version), "%s", version);
}

/* How long the CLI waits before it asks the API again is a good guess at when that helps. */
static void on_retry(struct decode *d, const cJSON *line)
{
	double ms = json_get_number(line, "retry_delay_ms");

	if (ms > 0 && ms < (double)LONGEST_WAIT * 1000 && d->resets_at <= d->now)
		d->resets_at = d->now + ((long long)ms + 999) / 1000;
}

static void on_system(struct decode *d, const cJSON *line)
{
	const char *subtype = json_get_string(line, "subtype");

	if (subtype != NULL && strcmp(subtype, "init") == 0)
		on_init(d, line);
	if (subtype != NULL && strcmp(subtype, "api_retry") == 0)
		on_retry(d, line);
}

/* A limit of the account is told with the time it renews, which is when to come back. */
static void add_wait(struct decode *d)
{
	struct err *err = &d->emitter.told;
	long long wait = d->resets_at - d->now;

	if (err->kind == ERR_RATE_LIMIT && wait > 0)
		err->retry_after = (unsigned)(wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
	else if ((err->kind == ERR_RATE_LIMIT || err->kind == ERR_OVERLOADED) && d->wait > 0)
		err->retry_after = d->wait;
}

static void on_assistant(struct decode *d, const cJSON *line)
{
	const cJSON *block = cJSON_GetArrayItem(json_get(json_get(line, "message"), "content"), 0);
	const char *text = json_get_string(block, "text");

	if (failure_of_line(line, text, &d->emitter.told))
		add_wait(d);
	else
		decode_block_check(&d->turn.block, block);
}

/* Fail closed: all that the CLI may say to a call of no tool is that there is no such tool. */
static void on_user(struct decode *d, const cJSON *line)
{
	const cJSON *block;

	cJSON_ArrayForEach(block, json_get(json_get(line, "message"), "content"))
	{
		const char *id = json_get_string(block, "tool_use_id");

		if (id != NULL && mcp_calls_have(&d->turn.block.said.strays, id) &&
			!json_get_true(block, "is_error"))
			EMITTER_FAIL(&d->emitter, ERR_INTERNAL,
				"claude was ended: it ran a tool that was not offered.");
	}
}

static bool is_misfit(const struct decode *d, const cJSON *result)
{
	const char *subtype = json_get_string(result, "subtype");
	const char *reason = json_get_string(result, "terminal_reason");

	return d->request->schema != NULL &&
	       ((reason != NULL && strcmp(reason, "structured_output_retry_exhausted") == 0) ||
		       (subtype != NULL &&
			       strcmp(subtype, "error_max_structured_output_retries") == 0));
}

static void on_result(struct decode *d, const cJSON *line)
{
	about_learn_limits(&d->about, line);
	if (is_misfit(d, line)) {
		decode_turn_misfit(&d->turn);
	} else if (json_get_true(line, "is_error")) {
		failure_of_result(line, &d->emitter.told);
		add_wait(d);
		emitter_fail(&d->emitter, &d->emitter.told);
	} else if (!decode_started(d) && json_get_number(line, "num_turns") == 0) {
		d->acks++;
	} else {
		decode_turn_result(&d->turn, line);
	}
}

/*
 * How thinking is told is a wish: an older CLI that does not know it answers all the same. The
 * next child would refuse the rest as well.
 */
static void on_refusal(struct decode *d, const char *id, const char *error)
{
	if (strcmp(id, "display") == 0)
		return;
	EMITTER_FAIL(&d->emitter, strcmp(id, "model") == 0 ? ERR_MODEL : ERR_INTERNAL,
		"claude refused to be set up: %s", error != NULL ? error : "it did not say why.");
}

static void on_control_response(struct decode *d, const cJSON *line)
{
	const cJSON *response = json_get(line, "response");
	const char *id = json_get_string(response, "request_id");
	const char *subtype = json_get_string(response, "subtype");

	if (id == NULL || subtype == NULL)
		return;
	if (strcmp(subtype, "success") != 0) {
		on_refusal(d, id, json_get_string(response, "error"));
		return;
	}
	if (strcmp(id, "init") != 0)
		return;
	d->phase = DECODE_TURN;
	about_learn(&d->about, json_get(response, "response"));
}

static void on_control_request(struct decode *d, const cJSON *line)
{
	if (mcp_is_call(line)) {
		if (!mcp_calls_take(&d->turn.block.said.calls, line))
			d->turn.rest = REST_DOUBT;
	} else if (mcp_answer(&d->replies, &d->aliases, line) < 0)
		EMITTER_FAIL(
			&d->emitter, ERR_UPSTREAM, "claude asks for the tools again and again.");
}

static void on_rate_limit(struct decode *d, const cJSON *line)
{
	const cJSON *info = json_get(line, "rate_limit_info");
	const char *status = json_get_string(info, "status");

	double resets_at = json_get_number(info, "resetsAt");

	if (status != NULL && strcmp(status, "rejected") == 0 && resets_at > 0 && resets_at < 1e15)
		d->resets_at = (long long)resets_at;
}

static void on_stream_event(struct decode *d, const cJSON *line)
{
	decode_turn_event(&d->turn, line);
}

static void on_line_of_turn(struct decode *d, const char *type, const cJSON *line)
{
	static const struct {
		const char *type;
		void (*handle)(struct decode *d, const cJSON *line);
	} kinds[] = {
		{"stream_event", on_stream_event},
		{"assistant", on_assistant},
		{"user", on_user},
		{"result", on_result},
		{"system", on_system},
		{"control_response", on_control_response},
		{"control_request", on_control_request},
		{"rate_limit_event", on_rate_limit},
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(type, kinds[i].type) == 0) {
			kinds[i].handle(d, line);
			return;
		}
}

static bool ends_turn(const cJSON *line)
{
	return !json_get_true(line, "is_error") && json_get_number(line, "num_turns") > 0;
}

/* News of a subscription's limits, and that it still waits for a result (every 30 s). */
static bool is_aside(const char *type)
{
	return strcmp(type, "rate_limit_event") == 0 || strcmp(type, "tool_progress") == 0;
}

/*
 * After message_stop there is one line more, the result of the turn, unless it has calls.
 * Anything else means that the CLI goes on by itself.
 */
static void on_line_of_rest(struct decode *d, const char *type, const cJSON *line)
{
	if (is_aside(type))
		return;
	if (strcmp(type, "result") == 0)
		about_learn_limits(&d->about, line);
	if (d->turn.rest == REST_BUSY && strcmp(type, "result") == 0 && ends_turn(line))
		d->turn.rest = REST_IDLE;
	else
		d->turn.rest = REST_DOUBT;
}

enum decode_rest decode_rest(const struct decode *d)
{
	if (decode_doubts(d) || (d->line.len > 0 && d->turn.rest != REST_BUSY))
		return REST_DOUBT;
	return d->turn.rest;
}

/* NULL when it is not JSON. The caller deletes it. */
static cJSON *read_line(struct decode *d, const char *s, size_t n)
{
	struct err err;

	buf_clear(&d->clean);
	if (json_repair(&d->clean, s, n) < 0)
		return NULL;
	return json_parse(buf_str(&d->clean), d->clean.len, &err);
}

static void on_json(struct decode *d, const cJSON *line)
{
	const char *type = json_get_string(line, "type");

	if (decode_over(d) || d->phase == DECODE_BETWEEN)
		on_line_of_rest(d, type != NULL ? type : "", line);
	else if (type != NULL)
		on_line_of_turn(d, type, line);
}

/* A banner or an empty line holds nothing of the protocol. */
static bool is_of_protocol(const char *s, size_t n)
{
	return n > 0 && s[0] == '{';
}

static void on_line(struct decode *d, const char *s, size_t n)
{
	CLEANUP_JSON cJSON *line = NULL;

	if (!is_of_protocol(s, n))
		return;
	line = read_line(d, s, n);
	if (line != NULL)
		on_json(d, line);
	else
		EMITTER_FAIL(&d->emitter, ERR_UPSTREAM, "claude wrote a line that is not JSON.");
}

void decode_feed(struct decode *d, const char *bytes, size_t n)
{
	while (n > 0 && !(decode_over(d) && decode_doubts(d))) {
		const char *end = memchr(bytes, '\n', n);
		size_t len = end != NULL ? (size_t)(end - bytes) : n;

		if (buf_add(&d->line, bytes, len) < 0) {
			EMITTER_FAIL(&d->emitter, ERR_UPSTREAM,
				"claude wrote a line longer than %zu bytes.", (size_t)LINE_LIMIT);
			return;
		}
		if (end == NULL)
			return;
		on_line(d, buf_str(&d->line), d->line.len);
		buf_clear(&d->line);
		bytes += len + 1;
		n -= len + 1;
	}
}

void decode_end(struct decode *d)
{
	CLEANUP_JSON cJSON *line = NULL;

	if (decode_over(d) && decode_doubts(d))
		return;
	if (is_of_protocol(buf_str(&d->line), d->line.len))
		line = read_line(d, buf_str(&d->line), d->line.len);
	buf_clear(&d->line);
	if (line != NULL)
		on_json(d, line);
}
