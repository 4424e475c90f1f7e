/* The parameters of each format: which are served, which have no effect, which are refused. */
#include "wire/params.h"

#include <stdio.h>
#include <string.h>

#include "support/ask.h"
#include "support/check.h"
#include "support/client.h"

/* `members` after a body's beginning, each with its comma before. */
static int try_with(
	const struct wire *wire, struct request *req, const char *members, struct err *err)
{
	CLEANUP_BUF struct buf body = BUF_INIT(10000);

	buf_printf(&body, "%s%s}", client_of(wire)->body, members);
	return ask_try(wire, req, body.data, err);
}

static void must_take(const struct wire *wire, struct request *req, const char *members)
{
	struct err err;

	check(try_with(wire, req, members, &err) == 0, "%s: %s", members, err.message);
}

struct row {
	const char *members;
	const char *refused; /* or NULL */
	const char *ignored; /* "" none */
};

static void check_row(const struct wire *wire, const struct row *row)
{
	CLEANUP(request_finish) struct request req;
	struct err err;
	int result = try_with(wire, &req, row->members, &err);

	if (row->refused != NULL) {
		check(result == -1, "%s: %s is taken", wire->name, row->members);
		check_err(row->members, &err, ERR_UNSUPPORTED, row->refused);
		return;
	}
	check(result == 0, "%s: %s: %s", wire->name, row->members, err.message);
	check_ignored(row->members, &req, row->ignored);
}

TEST(chat)
{
	static const struct row rows[] = {
		{"", NULL, ""},
		{",'n':1", NULL, ""},
		{",'n':2", "n", NULL},
		{",'n':'2'", "n", NULL},
		{",'logprobs':false", NULL, ""},
		{",'logprobs':true", "logprobs", NULL},
		{",'top_logprobs':0", NULL, ""},
		{",'top_logprobs':3", "top_logprobs", NULL},
		{",'audio':{'voice':'alloy','format':'wav'}", "audio", NULL},
		{",'modalities':['text']", NULL, ""},
		{",'modalities':['text','audio']", "modalities", NULL},
		{",'seed':7", NULL, "seed"},
		{",'frequency_penalty':0", NULL, ""},
		{",'frequency_penalty':0.5", NULL, "frequency_penalty"},
		{",'presence_penalty':0", NULL, ""},
		{",'presence_penalty':2", NULL, "presence_penalty"},
		{",'logit_bias':{}", NULL, ""},
		{",'logit_bias':{'50256':-100}", NULL, "logit_bias"},
		{",'logit_bias':true", NULL, "logit_bias"},
		{",'verbosity':'low'", NULL, "verbosity"},
		{",'prediction':{'type':'content','content':'x'}", NULL, "prediction"},
		{",'store':false", NULL, ""},
		{",'store':true", NULL, "store"},
		{",'metadata':{}", NULL, ""},
		{",'metadata':{'a':'b'}", NULL, "metadata"},
		{",'user':'u'", NULL, "user"},
		{",'safety_identifier':'s'", NULL, "safety_identifier"},
		{",'service_tier':'auto'", NULL, "service_tier"},
		{",'prompt_cache_key':'k'", NULL, "prompt_cache_key"},
		{",'prompt_cache_retention':'24h'", NULL, "prompt_cache_retention"},
		{",'web_search_options':{}", NULL, "web_search_options"},
		{",'client_metadata':{},'unheard_of':[1]", NULL, ""},
		{",'user':'u','seed':1,'n':1", NULL, "seed user"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&wire_chat, &rows[i]);
}

TEST(responses)
{
	static const struct row rows[] = {
		{"", NULL, ""},
		{",'text':{}", NULL, ""},
		{",'text':{'format':{'type':'text'}}", NULL, ""},
		{",'background':false", NULL, ""},
		{",'background':true", "background", NULL},
		{",'conversation':'conv_1'", "conversation", NULL},
		{",'conversation':{'id':'conv_1'}", "conversation", NULL},
		{",'previous_response_id':'resp_1'", "previous_response_id", NULL},
		{",'prompt':{'id':'pmpt_1'}", "prompt", NULL},
		{",'top_logprobs':0", NULL, ""},
		{",'top_logprobs':1", "top_logprobs", NULL},
		{",'store':false", NULL, ""},
		{",'store':true", NULL, "store"},
		{",'truncation':'disabled'", NULL, ""},
		{",'truncation':'auto'", NULL, "truncation"},
		{",'max_tool_calls':1", NULL, "max_tool_calls"},
		{",'stream_options':{'include_obfuscation':false}", NULL, "stream_options"},
		{",'context_management':[]", NULL, "context_management"},
		{",'user':'u'", NULL, "user"},
		{",'safety_identifier':'s'", NULL, "safety_identifier"},
		{",'service_tier':'auto'", NULL, "service_tier"},
		{",'prompt_cache_key':'k'", NULL, "prompt_cache_key"},
		{",'prompt_cache_retention':'24h'", NULL, "prompt_cache_retention"},
		{",'metadata':{'a':'b'},'include':[],'instructions':'i'", NULL, ""},
		{",'client_metadata':{},'unheard_of':[1]", NULL, ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_row(&wire_responses, &rows[i]);
}

static void check_fate(const struct wire *wire, const struct param *p)
{
	CLEANUP(request_finish) struct request req;
	CLEANUP_BUF struct buf members = BUF_INIT(1000);
	struct err err;
	int result;

	buf_printf(&members, ",'%s':['audio']", p->name);
	result = try_with(wire, &req, members.data, &err);
	if (p->fate == PARAM_REFUSED) {
		check(result == -1, "%s is taken", p->name);
		check_err(p->name, &err, ERR_UNSUPPORTED, p->name);
	} else {
		check(result == 0, "%s: %s", p->name, err.message);
		check_ignored(p->name, &req, p->name);
	}
}

/* No row of a table is forgotten: each that has a fate meets it with a value that matters. */
static void check_table(const struct wire *wire)
{
	for (size_t i = 0; i < wire->params->n; i++)
		if (wire->params->list[i].fate != PARAM_HONOURED)
			check_fate(wire, &wire->params->list[i]);
}

TEST(tables)
{
	for (size_t i = 0; i < wires_n; i++)
		check_table(wires[i]);
}

/* null is "not set" for every one of them but those that no request is without. */
static void check_nulls(const struct wire *wire)
{
	CLEANUP(request_finish) struct request req;
	const struct params *params = wire->params;
	CLEANUP_BUF struct buf members = BUF_INIT(10000), shortest = BUF_INIT(1000);
	CLEANUP_JSON cJSON *body = NULL;
	struct err err;

	buf_printf(&shortest, "%s}", client_of(wire)->body);
	body = json_of(buf_str(&shortest));
	for (size_t i = 0; i < params->n; i++)
		if (json_get(body, params->list[i].name) == NULL)
			buf_printf(&members, ",'%s':null", params->list[i].name);
	check(try_with(wire, &req, members.data, &err) == 0, "%s", err.message);
	check_ignored(wire->name, &req, "");
}

TEST(nulls)
{
	for (size_t i = 0; i < wires_n; i++)
		check_nulls(wires[i]);
}

/* What is common to both formats is judged alike. */
/* What is in no table may stand there as often as it likes. */
TEST(twice)
{
	static const struct {
		const char *members;
		const char *param; /* or NULL */
	} rows[] = {
		{",'model':'a','model':'a'", "model"},
		{",'stream':true,'x':1,'stream':null", "stream"},
		{",'top_p':null,'top_p':1", "top_p"},
		{",'user':'a','user':'b'", "user"},
		{",'x':1,'x':2,'Model':'a','model':'b'", NULL},
	};
	const struct wire *both[] = {&wire_chat, &wire_responses};

	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(both); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;
		const char *param = rows[i / 2].param;
		int result = try_with(both[i % 2], &req, rows[i / 2].members, &err);

		check((result == 0) == (param == NULL), "%s", rows[i / 2].members);
		if (param != NULL)
			check_err(rows[i / 2].members, &err, ERR_INVALID, param);
	}
}

TEST(types_and_ranges)
{
	static const struct {
		const char *members;
		const char *param; /* at fault, NULL: taken */
	} rows[] = {
		{",'model':5", "model"},
		{",'model':['sonnet']", "model"},
		{",'stream':'true'", "stream"},
		{",'stream':1", "stream"},
		{",'parallel_tool_calls':'no'", "parallel_tool_calls"},
		{",'parallel_tool_calls':false", NULL},
		{",'temperature':0", NULL},
		{",'temperature':2", NULL},
		{",'temperature':2.1", "temperature"},
		{",'temperature':-0.1", "temperature"},
		{",'temperature':'hot'", "temperature"},
		{",'top_p':1", NULL},
		{",'top_p':0", NULL},
		{",'top_p':1.5", "top_p"},
		{",'top_p':-1", "top_p"},
		{",'top_p':true", "top_p"},
		{",'tools':{}", "tools"},
		{",'tool_choice':'maybe'", "tool_choice"},
	};

	for (size_t i = 0; i < 2 * ARRAY_LEN(rows); i++) {
		const struct wire *wire = i % 2 == 0 ? &wire_chat : &wire_responses;
		CLEANUP(request_finish) struct request req;
		struct err err;
		int result = try_with(wire, &req, rows[i / 2].members, &err);

		check((result == 0) == (rows[i / 2].param == NULL), "%s: %s: %s", wire->name,
			rows[i / 2].members, err.message);
		if (result < 0)
			check_err(rows[i / 2].members, &err, ERR_INVALID, rows[i / 2].param);
	}
}

TEST(counts)
{
	static const struct {
		const char *value;
		unsigned long n; /* 0: refused */
	} rows[] = {
		{"1", 1},
		{"64000", 64000},
		{"1e3", 1000},
		{"1000000000", 1000000000},
		{"0", 0},
		{"-1", 0},
		{"1.5", 0},
		{"1e300", 0},
		{"'5'", 0},
		{"true", 0},
		{"[]", 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *body = cJSON_CreateObject();
		unsigned long n = 77;
		struct err err = {0};
		int result;

		cJSON_AddItemToObject(body, "limit", json_of(rows[i].value));
		result = params_parse_count(body, "limit", &n, &err);
		check((result == 0) == (rows[i].n > 0), "%s: %s", rows[i].value, err.message);
		if (result < 0)
			check_err(rows[i].value, &err, ERR_INVALID, "limit");
		else
			assert_int_equal(n, rows[i].n);
		n = 77;
		assert_int_equal(params_parse_count(body, "other", &n, &err), 0);
		assert_int_equal(n, 77);
	}
}

TEST(efforts)
{
	static const struct {
		const char *value;
		int effort; /* -1: refused */
	} rows[] = {
		{"'none'", EFFORT_NONE},
		{"'minimal'", EFFORT_LOW},
		{"'low'", EFFORT_LOW},
		{"'medium'", EFFORT_MEDIUM},
		{"'high'", EFFORT_HIGH},
		{"'xhigh'", EFFORT_XHIGH},
		{"'max'", EFFORT_MAX},
		{"'High'", -1},
		{"''", -1},
		{"'default'", -1},
		{"3", -1},
		{"{}", -1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *value = json_of(rows[i].value);
		enum effort effort = EFFORT_DEFAULT;
		struct err err = {0};
		int result = params_parse_effort(value, "reasoning_effort", &effort, &err);

		check((result == 0) == (rows[i].effort >= 0), "%s: %s", rows[i].value, err.message);
		if (result < 0)
			check_err(rows[i].value, &err, ERR_INVALID, "reasoning_effort");
		else
			check((int)effort == rows[i].effort, "%s: %d", rows[i].value, effort);
		effort = EFFORT_HIGH;
		assert_int_equal(params_parse_effort(NULL, "x", &effort, &err), 0);
		assert_int_equal(effort, EFFORT_HIGH);
	}
}

TEST(formats)
{
	static const struct {
		const char *format;
		const char *schema; /* NULL: free text; "", ".x": refused, naming that member */
	} rows[] = {
		{"{'type':'text'}", NULL},
		{"{'type':'json_object'}", "{'type':'object'}"},
		{"{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'}}}",
			"{'type':'object'}"},
		{"{'type':'json_schema','schema':{'type':['null','object']}}", "{'type':'object'}"},
		{"{'type':'json_schema','schema':{'$ref':'#/$defs/a','$defs':{'a':true}}}",
			"{'type':'object','$ref':'#/$defs/a','$defs':{'a':true}}"},
		{"{'type':'json_schema','schema':{'enum':['a',{'b':1}]}}",
			"{'type':'object','enum':['a',{'b':1}]}"},
		{"{'type':'json_schema','schema':{'const':{}}}", "{'type':'object','const':{}}"},
		{"{'type':'json_schema','name':'n','schema':{},'strict':true}",
			"{'type':'object'}"},
		/* without a schema */
		{"{'type':'json_schema'}", "{'type':'object'}"},
		{"{'type':'json_schema','json_schema':{}}", "{'type':'object'}"},
		{"{'type':'json_schema','json_schema':{'name':'n','schema':null}}",
			"{'type':'object'}"},
		/* as llama.cpp has it */
		{"{'type':'json_object','schema':{'type':'object','required':['a']}}",
			"{'type':'object','required':['a']}"},
		{"{'type':'json_object','schema':{'type':'object','required':5}}",
			".schema.required"},
		/* what no object fits */
		{"{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'array'}}}",
			".json_schema.schema"},
		{"{'type':'json_schema','schema':{'type':'string'}}", ".schema"},
		{"{'type':'json_schema','schema':{'type':['null','array']}}", ".schema"},
		{"{'type':'json_schema','schema':{'enum':['a','b']}}", ".schema"},
		{"{'type':'json_schema','schema':{'const':null}}", ".schema"},
		{"{'type':'json_schema','schema':{'anyOf':[{'type':'array'},{'enum':[1]}]}}",
			".schema"},
		{"{'type':'json_schema','schema':{'oneOf':[{'type':'array'}]}}", ".schema"},
		/* what is no schema */
		{"{'type':'json_schema','schema':{'type':5}}", ".schema.type"},
		{"{'type':'json_schema','schema':{'items':{'$ref':'#/$defs/a'}}}",
			".schema.items.$ref"},
		{"{'type':'json_schema','schema':'object'}", ".schema"},
		{"{'type':'json_schema','json_schema':{'schema':'object'}}", ".json_schema.schema"},
		{"{'type':'json_schema','json_schema':'{}','schema':{}}", ".json_schema"},
		{"{'type':'grammar'}", ""},
		{"{}", ""},
		{"'text'", ""},
		{"{'type':5}", ".type"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_JSON cJSON *format = json_of(rows[i].format);
		CLEANUP(request_finish) struct request req;
		struct err err = {0};
		int result;

		request_init(&req);
		result = params_parse_format(&req, format, "text.format", &err);
		if (rows[i].schema != NULL && rows[i].schema[0] != '{') {
			char param[64];

			snprintf(param, sizeof(param), "text.format%s", rows[i].schema);
			check(result == -1, "%s is taken", rows[i].format);
			check_err(rows[i].format, &err, ERR_INVALID, param);
		} else if (rows[i].schema == NULL) {
			check(result == 0 && req.schema == NULL, "%s", rows[i].format);
		} else {
			CLEANUP_JSON cJSON *want = json_of(rows[i].schema);
			CLEANUP_JSON cJSON *got = NULL;

			check(result == 0, "%s: %s", rows[i].format, err.message);
			got = cJSON_Parse(req.schema);
			check_json(rows[i].format, got, want);
		}
	}
}

/* What of a schema tells values apart and is not kept is named. */
TEST(lost)
{
	CLEANUP(request_finish) struct request chat;
	CLEANUP(request_finish) struct request responses;

	must_take(&wire_chat, &chat,
		",'response_format':{'type':'json_schema','json_schema':{'schema':{"
		"'$schema':'x','properties':{'a b':{'pattern':'a++','example':'a'}}}}}}");
	check_ignored("chat", &chat, "response_format.json_schema.schema.properties.a%20b.pattern");
	must_take(&wire_responses, &responses,
		",'text':{'format':{'type':'json_schema','schema':{"
		"'properties':{'a':{'anyOf':[{'unevaluatedItems':false}]}}}}}}");
	check_ignored("responses", &responses,
		"text.format.schema.properties.a.anyOf[0].unevaluatedItems");
}

#define TOOL ",'tools':[{'type':'function','name':'f'}]"

/* Sampling reaches the model only while it does not think, and never both values at once. */
TEST(sampling)
{
	static const struct {
		const char *members;
		double temperature, top_p; /* -1: not said */
		const char *ignored;
	} rows[] = {
		{"", -1, -1, ""},
		{",'temperature':0.5", -1, -1, "temperature"},
		{",'top_p':0.5", -1, -1, "top_p"},
		{",'top_p':0.5,'temperature':0", -1, -1, "temperature top_p"},
		/* the value that holds anyway */
		{",'temperature':1,'top_p':1", -1, -1, ""},
		{",'reasoning_effort':'none','temperature':0.5", 0.5, -1, ""},
		{",'reasoning_effort':'none','temperature':0", 0, -1, ""},
		{",'reasoning_effort':'none','top_p':0.25", -1, 0.25, ""},
		{",'reasoning_effort':'none','temperature':0.5,'top_p':0.25", 0.5, -1, "top_p"},
		{",'reasoning_effort':'none','temperature':0.5,'top_p':1", 0.5, -1, ""},
		/* the API's scale ends at 1 */
		{",'reasoning_effort':'none','temperature':1.5", 1, -1, ""},
		{",'reasoning_effort':'low','temperature':0.5", -1, -1, "temperature"},
		{TOOL ",'tool_choice':'required','temperature':0.5", 0.5, -1, ""},
		{TOOL ",'tool_choice':{'type':'function','name':'f'},'top_p':0.5", -1, 0.5, ""},
		{TOOL ",'tool_choice':'auto','temperature':0.5", -1, -1, "temperature"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP(request_finish) struct request req;
		struct err err;

		check(try_with(&wire_chat, &req, rows[i].members, &err) == 0, "%s: %s",
			rows[i].members, err.message);
		check(req.temperature == rows[i].temperature, "%s: temperature %g", rows[i].members,
			req.temperature);
		check(req.top_p == rows[i].top_p, "%s: top_p %g", rows[i].members, req.top_p);
		check_ignored(rows[i].members, &req, rows[i].ignored);
	}
}
