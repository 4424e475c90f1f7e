#include "claude/model_id.h"

#include <string.h>

#include "support/check.h"

static const struct model_list offered = {.n = 2, .name = {"sonnet", "saga"}};

/* What a name is at Anthropic, and what Claude Code finds at Bedrock and Vertex; NULL: the same. */
struct row {
	const char *name, *id, *bedrock, *vertex;
};

static void check_printed(
	const char *name, const struct model_id *id, enum model_seller seller, const char *want)
{
	char got[MODEL_NAME_SIZE];

	model_id_print(id, seller, got);
	check(strcmp(got, want) == 0, "%s at %d is %s, want %s", name, (int)seller, got, want);
}

static void check_row(const struct row *row)
{
	struct model_id id;

	if (!model_id_parse(&id, row->name, &offered)) {
		check(false, "%s is not read", row->name);
		return;
	}
	check_printed(row->name, &id, MODEL_ANTHROPIC, row->id);
	check_printed(row->name, &id, MODEL_OTHER, row->id);
	check_printed(row->name, &id, MODEL_BEDROCK, row->bedrock != NULL ? row->bedrock : row->id);
	check_printed(row->name, &id, MODEL_VERTEX, row->vertex != NULL ? row->vertex : row->id);
}

#define ARN       "arn:aws:bedrock:us-east-1:123456789012:"
#define S37       "claude-3-7-sonnet-20250219"
#define S45       "claude-sonnet-4-5"
#define S45_DATED S45 "-20250929"
#define H35       "claude-3-5-haiku-20241022"
#define S35       "claude-3-5-sonnet-20241022"

static const struct row versions[] = {
	/* Anthropic's own, dated, not dated and `latest` */
	{S45, S45, S45_DATED, S45_DATED},
	{S45_DATED, S45_DATED, NULL, NULL},
	{"claude-sonnet-4-20250514", "claude-sonnet-4-20250514", NULL, NULL},
	{"claude-sonnet-4-0", "claude-sonnet-4-0", "claude-sonnet-4-20250514",
		"claude-sonnet-4-20250514"},
	{"claude-opus-4-1", "claude-opus-4-1", "claude-opus-4-1-20250805",
		"claude-opus-4-1-20250805"},
	{"claude-opus-4-6", "claude-opus-4-6", NULL, NULL},
	{"claude-sonnet-5", "claude-sonnet-5", NULL, NULL},
	{"claude-fable-5-2", "claude-fable-5-2", NULL, NULL},
	{"claude-mythos-5-1", "claude-mythos-5-1", NULL, NULL},
	{"claude-saga-7-3", "claude-saga-7-3", NULL, NULL},
	{"claude-opus-4-10", "claude-opus-4-10", NULL, NULL},
	{"claude-3-haiku-20240307", "claude-3-haiku-20240307", NULL, NULL},
	{H35, H35, NULL, NULL},
	{"claude-3-5-haiku-latest", "claude-3-5-haiku-latest", H35, H35},
	{"claude-3-7-sonnet-latest", "claude-3-7-sonnet-latest", S37, S37},
	{"claude-3-opus-latest", "claude-3-opus-latest", "claude-3-opus-20240229",
		"claude-3-opus-20240229"},
	{S45 "-latest", S45, S45_DATED, S45_DATED},
	{"CLAUDE-SONNET-4-5", S45, S45_DATED, S45_DATED},
	{S45 "[1m]", S45 "[1m]", S45_DATED "[1m]", S45_DATED "[1m]"},
	{"Claude-Sonnet-4-5[1M]", S45 "[1m]", S45_DATED "[1m]", S45_DATED "[1m]"},
	{"claude-sonnet-4.5-1m", S45 "[1m]", S45_DATED "[1m]", S45_DATED "[1m]"},
	/* not Anthropic's, but what people write */
	{"claude-3-5-haiku", H35, NULL, NULL},
	{"claude-3-haiku", "claude-3-haiku-20240307", NULL, NULL},
	{"claude-haiku-3.5", H35, NULL, NULL},
	{"claude-sonnet-4", "claude-sonnet-4-20250514", NULL, NULL},
	{"sonnet-4.5", S45, S45_DATED, S45_DATED},
	{"opus-4", "claude-opus-4-20250514", NULL, NULL},
	/* Bedrock, whose own names it is asked by */
	{"anthropic.claude-3-5-sonnet-20241022-v2:0", S35,
		"anthropic.claude-3-5-sonnet-20241022-v2:0", NULL},
	{"anthropic.claude-3-haiku-20240307-v1:0:200k", "claude-3-haiku-20240307",
		"anthropic.claude-3-haiku-20240307-v1:0", NULL},
	{"us.anthropic.claude-sonnet-4-5-20250929-v1:0", S45_DATED,
		"us.anthropic.claude-sonnet-4-5-20250929-v1:0", NULL},
	{"global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6",
		"global.anthropic.claude-opus-4-6-v1", NULL},
	{"eu.anthropic.claude-sonnet-5", "claude-sonnet-5", "eu.anthropic.claude-sonnet-5", NULL},
	{"us.anthropic.claude-sonnet-4-6[1m]", "claude-sonnet-4-6[1m]",
		"us.anthropic.claude-sonnet-4-6[1m]", NULL},
	{ARN "inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0", S45_DATED,
		"us.anthropic.claude-sonnet-4-5-20250929-v1:0", NULL},
	{"arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0",
		S35, "anthropic.claude-3-5-sonnet-20241022-v2:0", NULL},
	/* Vertex */
	{"claude-sonnet-4-5@20250929", S45_DATED, NULL, NULL},
	{"claude-3-5-sonnet-v2@20241022", S35, NULL, NULL},
	{"claude-opus-4-6@default", "claude-opus-4-6", NULL, NULL},
	{"publishers/anthropic/models/claude-3-7-sonnet@20250219", S37, NULL, NULL},
	/* OpenRouter, Vercel, Replicate, Poe */
	{"anthropic/claude-sonnet-4.5", S45, S45_DATED, S45_DATED},
	{"anthropic/claude-3.5-haiku", H35, NULL, NULL},
	{"anthropic/claude-3.5-sonnet-20240620", "claude-3-5-sonnet-20240620", NULL, NULL},
	{"anthropic/claude-3.7-sonnet:thinking", S37, NULL, NULL},
	{"anthropic/claude-opus-4.1:nitro", "claude-opus-4-1", "claude-opus-4-1-20250805",
		"claude-opus-4-1-20250805"},
	{"anthropic/claude-4.5-sonnet", S45, S45_DATED, S45_DATED},
	{"Claude-Sonnet-4.5", S45, S45_DATED, S45_DATED},
	/* Copilot, Cursor */
	{"claude-3.7-sonnet-thought", S37, NULL, NULL},
	{"claude-4-sonnet", "claude-sonnet-4-20250514", NULL, NULL},
	{"claude-4.5-sonnet-thinking", S45, S45_DATED, S45_DATED},
	{"claude-4-opus", "claude-opus-4-20250514", NULL, NULL},
	/* LiteLLM, Databricks, SAP */
	{"bedrock/us-west-2/anthropic.claude-sonnet-5", "claude-sonnet-5",
		"anthropic.claude-sonnet-5", NULL},
	{"bedrock/converse/us.anthropic.claude-3-5-haiku-20241022-v1:0", H35,
		"us.anthropic.claude-3-5-haiku-20241022-v1:0", NULL},
	{"vertex_ai/claude-sonnet-4@20250514", "claude-sonnet-4-20250514", NULL, NULL},
	{"openrouter/anthropic/claude-3.7-sonnet", S37, NULL, NULL},
	{"databricks-claude-sonnet-4-5", S45, S45_DATED, S45_DATED},
	{"anthropic--claude-3.7-sonnet", S37, NULL, NULL},
};

TEST(versions)
{
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		check_row(&versions[i]);
}

/* What is printed is read as the same model, so that it may be asked for again. */
TEST(printed_again)
{
	static const enum model_seller sellers[] = {
		MODEL_ANTHROPIC, MODEL_BEDROCK, MODEL_VERTEX, MODEL_OTHER};

	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		for (size_t j = 0; j < ARRAY_LEN(sellers); j++) {
			char once[MODEL_NAME_SIZE];
			struct model_id id;

			assert_true(model_id_parse(&id, versions[i].name, &offered));
			model_id_print(&id, sellers[j], once);
			assert_true(model_id_parse(&id, once, &offered));
			check_printed(versions[i].name, &id, sellers[j], once);
			check(model_id_agree(versions[i].name, once), "%s is not %s",
				versions[i].name, once);
		}
}

TEST(families)
{
	static const char *const names[] = {"sonnet", "claude-sonnet", "claude-sonnet-latest",
		"anthropic/claude-sonnet", "anthropic/sonnet", "us.anthropic.claude-sonnet",
		"Claude-Sonnet", "claude-sonnet-thinking", "openrouter/anthropic/claude-sonnet"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct model_id id;

		check(model_id_parse(&id, names[i], NULL), "%s is not read", names[i]);
		assert_string_equal(id.family, "sonnet");
		check(id.major == 0, "%s has version %u", names[i], id.major);
	}
}

TEST(no_names)
{
	static const char *const names[] = {"", "claude", "claude-4", "claude-2.1",
		"claude-instant-1.2", "gpt-4o", "saga", "claude-saga-1", "opus-sonnet",
		"claude-opus-4-turbo", "my-sonnet", "sonnets", "sonnet ", "sonnet\n",
		"claude sonnet 4", "--sonnet", "-sonnet", "sonnet-", "sonnet-4-",
		"claude-3-sonnet-5", "claude-sonnet-4-5-6", "claude-sonnet-123", "claude-sonnet-0",
		"claude-sonnet-4-123456", "claude-sonnet-20250929", "claude-sonnet-4-20251301",
		"claude-sonnet-4-20250929-20250930", "claude-sonnet-4-20250929-5",
		"claude-sonnet-4:200k", "claude-sonnet-4[2m]", "claude-sonnet-4[1m", "[1m]",
		"someone/opus", "someone/sonnet-4", "some one/claude-sonnet-4", "claude-sonnet-4/",
		"claude-sonnet-4/x", "anthropic/claude-sonnet-4:online", "claude-sonnet-4@us",
		"claude-sonnet-us-4", "caf\xc3\xa9-sonnet-4"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct model_id id;

		check(!model_id_parse(&id, names[i], NULL), "%s is read as %s %u", names[i],
			id.family, id.major);
	}
}

TEST(agree)
{
	static const struct {
		const char *one, *other;
		bool agree;
	} rows[] = {
		{S45, S45_DATED, true},
		{S45, "us.anthropic.claude-sonnet-4-5-20250929-v1:0", true},
		{S45 "[1m]", S45, true},
		{"claude-sonnet-4", "claude-sonnet-4-0", true},
		{"sonnet", "claude-sonnet-5-5", true},
		{"my-deployment", "claude-sonnet-5-5", true},
		{"claude-opus-4-1", "my-deployment", true},
		{"claude-opus-4-1", "claude-opus-5-5", false},
		{"claude-opus-4-1", "claude-opus-4", false},
		{"claude-opus-4-5", "claude-sonnet-4-5", false},
		{"claude-3-5-sonnet-20240620", S35, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check(model_id_agree(rows[i].one, rows[i].other) == rows[i].agree, "%s and %s",
			rows[i].one, rows[i].other);
		check(model_id_agree(rows[i].other, rows[i].one) == rows[i].agree, "%s and %s",
			rows[i].other, rows[i].one);
	}
}

/* Seconds as `date -u -d DATE +%s` has them. */
TEST(released)
{
	static const struct {
		const char *name;
		long long at;
	} rows[] = {
		{S45_DATED, 1759104000},
		{S45, 1759104000},
		{"us.anthropic.claude-sonnet-4-5-20250929-v1:0", 1759104000},
		{"claude-3-opus-20240229", 1709164800},
		{"claude-3-5-haiku-latest", 1729555200},
		{"claude-opus-4-6", 1770249600},
		{"claude-sonnet-5-5[1m]", 1790553600},
		{"claude-saga-1-20300101", 0},
		{"claude-opus-9-20991231", 4102358400},
		{"claude-opus-9", 0},
		{"sonnet", 0},
		{"my-deployment", 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		long long at = model_id_released(rows[i].name);

		check(at == rows[i].at, "%s: %lld", rows[i].name, at);
	}
}
