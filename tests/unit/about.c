#include "claude/about.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "support/check.h"

static void learn(struct about *a, const char *quoted)
{
	CLEANUP_JSON cJSON *response = json_of(quoted);

	about_learn(a, response);
}

static void learn_limits(struct about *a, const char *quoted)
{
	CLEANUP_JSON cJSON *result = json_of(quoted);

	about_learn_limits(a, result);
}

static void check_efforts(unsigned efforts, const char *want)
{
	char got[100] = "";
	size_t n = 0;

	for (unsigned i = 0; about_effort(i) != NULL; i++)
		if (efforts >> i & 1)
			n += (size_t)snprintf(got + n, sizeof(got) - n, " %s", about_effort(i));
	check(strcmp(got, want) == 0, "'%s', want '%s'", got, want);
}

TEST(models)
{
	struct about a = {0};

	learn(&a,
		"{'models':[{'value':'default','resolvedModel':'claude-opus-5-5'},"
		"{'value':'opus','resolvedModel':'claude-opus-5-5',"
		"'supportedEffortLevels':['low','max','of the day',5]},"
		"{'value':'haiku','resolvedModel':'no model'},{'value':'opus','resolvedModel':'x'},"
		"{'value':5},5]}");
	assert_int_equal(a.models.n, 2);
	assert_string_equal(a.models.id[0], "claude-opus-5-5");
	check_efforts(a.models.efforts[0], " low max");
	assert_string_equal(a.models.id[1], "");
	check_efforts(a.models.efforts[1], "");
}

static void check_limits(const struct about *a, const char *id, unsigned context, unsigned output)
{
	const struct model_limits *limits = about_limits(a, id);

	assert_non_null(limits);
	assert_int_equal(limits->context, context);
	assert_int_equal(limits->output, output);
}

TEST(limits)
{
	struct about a = {0};

	learn_limits(&a, "{}");
	learn_limits(&a, "{'modelUsage':5}");
	learn_limits(&a, "{'modelUsage':{'a':{'contextWindow':200000,'maxOutputTokens':32000},"
			 "'b':{'contextWindow':-1,'maxOutputTokens':1e300},'no model':"
			 "{'contextWindow':5},'c':5,'d':{'contextWindow':'7'},"
			 "'e':{'maxOutputTokens':8192}}}");
	assert_int_equal(a.n_limits, 2);
	check_limits(&a, "a", 200000, 32000);
	check_limits(&a, "e", 0, 8192);
	learn_limits(&a, "{'modelUsage':{'a':{'contextWindow':1000000,'maxOutputTokens':64000}}}");
	assert_int_equal(a.n_limits, 2);
	check_limits(&a, "a", 1000000, 64000);
	assert_null(about_limits(&a, "b"));
}

TEST(many_limits)
{
	struct about a = {0};
	char line[100];

	for (int i = 0; i < 2 * MODEL_LIST_LIMIT; i++) {
		snprintf(line, sizeof(line), "{'modelUsage':{'m%d':{'contextWindow':%d}}}", i,
			i + 1);
		learn_limits(&a, line);
	}
	assert_int_equal(a.n_limits, MODEL_LIST_LIMIT);
	check_limits(&a, "m0", 1, 0);
	snprintf(line, sizeof(line), "m%d", 2 * MODEL_LIST_LIMIT - 1);
	check_limits(&a, line, 2 * MODEL_LIST_LIMIT, 0);
}

/* A child that has told less takes nothing away. */
TEST(merge)
{
	struct about known = {0}, news = {.version = "2.1.330 (Claude Code)"};

	learn(&known, "{'models':[{'value':'opus'}],'account':{'apiProvider':'vertex'}}");
	learn_limits(&known, "{'modelUsage':{'a':{'contextWindow':1},'b':{'contextWindow':2}}}");
	about_merge(&known, &news);
	assert_string_equal(known.version, "2.1.330");
	assert_string_equal(known.models.name[0], "opus");
	assert_int_equal(known.login, LOGIN_VERTEX);
	assert_int_equal(login_seller(known.login), MODEL_VERTEX);
	check_limits(&known, "a", 1, 0);
	news = (struct about){0};
	learn(&news, "{'models':[{'value':'haiku'},{'value':'sonnet'}],"
		     "'account':{'tokenSource':'none'}}");
	learn_limits(&news, "{'modelUsage':{'b':{'contextWindow':3},'c':{'contextWindow':4}}}");
	about_merge(&known, &news);
	assert_string_equal(known.version, "2.1.330");
	assert_int_equal(known.models.n, 2);
	assert_int_equal(known.login, LOGIN_NONE);
	check_limits(&known, "a", 1, 0);
	check_limits(&known, "b", 3, 0);
	check_limits(&known, "c", 4, 0);
}

TEST(logins)
{
	static const char *const names[LOGIN_KINDS] = {
		NULL, NULL, "token", "claude.ai", "key", "bedrock", "vertex", "foundry", "other"};

	for (int i = 0; i < LOGIN_KINDS; i++) {
		const char *name = login_name((enum login)i);

		if (names[i] == NULL)
			assert_null(name);
		else
			assert_string_equal(name, names[i]);
	}
	assert_int_equal(login_seller(LOGIN_UNKNOWN), MODEL_ANTHROPIC);
	assert_int_equal(login_seller(LOGIN_CLAUDE_AI), MODEL_ANTHROPIC);
	assert_int_equal(login_seller(LOGIN_BEDROCK), MODEL_BEDROCK);
	assert_int_equal(login_seller(LOGIN_FOUNDRY), MODEL_OTHER);
}
