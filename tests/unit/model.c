#include "claude/model.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "support/check.h"

/* What the CLI lists today, and what an account without haiku might see. */
static const struct model_list today = {
	.n = 4,
	.name = {"opus", "fable", "sonnet", "haiku"},
	.id = {"claude-opus-5-5", "claude-fable-5-2", "claude-sonnet-5-5", "claude-haiku-5-5"},
};
static const struct model_list no_haiku = {.n = 2, .name = {"opus", "sonnet"}};

static void check_resolved(const struct model_rules *rules, const char *asked, const char *want)
{
	char got[MODEL_NAME_SIZE] = "";
	struct err err = {0};
	int result = model_resolve(rules, asked, got, &err);

	if (want == NULL) {
		check(result == -1, "'%s' becomes %s", asked, got);
		check_err(asked, &err, ERR_MODEL, "model");
		return;
	}
	check(result == 0, "'%s': %s", asked, err.message);
	check(strcmp(got, want) == 0, "'%s' becomes %s, want %s", asked, got, want);
}

TEST(names)
{
	static const struct {
		const char *asked, *resolved;
	} rows[] = {
		{"", "sonnet"},
		{"sonnet", "sonnet"},
		{"Opus", "opus"},
		{"HAIKU", "haiku"},
		{"fable", "fable"},
		{"claude-fable", "fable"},
		{"claude-sonnet-latest", "sonnet"},
		{"anthropic/claude-opus", "opus"},
		/* the CLI's own words that it does not list, and its mark of a long window */
		{"best", "best"},
		{"OpusPlan", "opusplan"},
		{"sonnet[1m]", "sonnet[1m]"},
		{"Opus[1M]", "opus[1m]"},
		{"claude-sonnet[1m]", "sonnet[1m]"},
		{"sonnet[2m]", NULL},
		{"nothing[1m]", NULL},
		/* a version is that version (model_id.c has all spellings) */
		{"claude-sonnet-5-5", "claude-sonnet-5-5"},
		{"Claude-Sonnet-5.5", "claude-sonnet-5-5"},
		{"claude-sonnet-4-5", "claude-sonnet-4-5"},
		{"claude-fable-5-1", "claude-fable-5-1"},
		{"claude-mythos-5", "claude-mythos-5"},
		{"claude-mythos", NULL},
		{"claude-3-haiku-20240307", "claude-3-haiku-20240307"},
		{"anthropic/claude-opus-4.1", "claude-opus-4-1"},
		{"us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-sonnet-4-20250514"},
		{"default", NULL},
		{"gpt-4o", NULL},
		{"claude", NULL},
		{"claude-2.1", NULL},
		{"claude-instant-1.2", NULL},
		{"opus-sonnet", NULL},
		{"claude-opus-4-turbo", NULL},
		{"my-sonnet", NULL},
		{"sonnets", NULL},
		{"claude sonnet", NULL},
		{"sonnet ", NULL},
		{"sonnet\n", NULL},
		{"--model", NULL},
		{"-", NULL},
		{"*", NULL},
		{"caf\xc3\xa9", NULL},
	};
	struct model_rules rules = {.preferred = "sonnet", .aliases = "", .offered = &today};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_resolved(&rules, rows[i].asked, rows[i].resolved);
}

TEST(preferred)
{
	struct model_rules rules = {
		.preferred = "claude-opus-4-1-20250805", .aliases = "", .offered = &today};

	check_resolved(&rules, "", "claude-opus-4-1-20250805");
	check_resolved(&rules, "Claude-Opus-4-1-20250805", "claude-opus-4-1-20250805");
	check_resolved(&rules, "claude-opus-4-1", "claude-opus-4-1");
	rules.preferred = "Custom";
	check_resolved(&rules, "custom", "Custom");
}

/* A cloud has names of its own; its operator may have given models any name. */
TEST(sellers)
{
	static const char arn[] = "arn:aws:bedrock:us-east-1:1:application-inference-profile/a1";
	struct model_list bedrock = {.n = 1, .name = {"us.anthropic.claude-opus-4-8"}};
	struct model_rules rules = {.preferred = "sonnet",
		.aliases = "mine=arn:aws:bedrock:us-east-1:1:application-inference-profile/a1",
		.offered = &bedrock};

	check_resolved(&rules, "mine", NULL);
	rules.seller = MODEL_BEDROCK;
	check_resolved(&rules, "mine", arn);
	check_resolved(&rules, arn, NULL);
	check_resolved(&rules, "us.anthropic.claude-opus-4-8", "us.anthropic.claude-opus-4-8");
	check_resolved(&rules, "claude-sonnet-4-5", "claude-sonnet-4-5-20250929");
	check_resolved(&rules, "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
		"eu.anthropic.claude-sonnet-4-5-20250929-v1:0");
	check_resolved(&rules, "opus", "opus");
}

#define SIXTY "claude-claude-claude-claude-claude-claude-claude-claude-claude-"

TEST(aliases)
{
	static const struct {
		const char *aliases, *asked, *resolved;
	} rows[] = {
		{"gpt-4o=opus", "gpt-4o", "opus"},
		{"gpt-4o=opus", "GPT-4o", "opus"},
		{"gpt-4o=opus", "gpt-4o-mini", NULL},
		{"gpt-4o=opus", "gpt-4", NULL},
		{"a=opus,b=haiku", "b", "haiku"},
		{"a=claude-opus-4-1", "a", "claude-opus-4-1"},
		{"a=anthropic/claude-opus-4.1", "a", "claude-opus-4-1"},
		{"a=claude-opus", "a", "opus"},
		{"a=opus[1m]", "a", "opus[1m]"},
		{"a=OPUS", "a", "opus"},
		{"a=nothing", "a", NULL},
		{"a=nothing,*=haiku", "a", "haiku"},
		/* no model has a name as long as that */
		{"a=" SIXTY SIXTY SIXTY "opus", "a", NULL},
		{"*=opus", "gpt-4o", "opus"},
		{"*=opus", "", "sonnet"},
		{"*=opus", "haiku", "haiku"},
		{"*=opus", "claude-3-haiku", "claude-3-haiku-20240307"},
		{"*=opus", "claude-haiku", "haiku"},
		{"*=opus,gpt-4o=haiku", "gpt-4o", "haiku"},
		/* an alias goes before a version, a model's own name before an alias */
		{"claude-3-haiku=opus", "claude-3-haiku", "opus"},
		{"haiku=opus", "haiku", "haiku"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct model_rules rules = {
			.preferred = "sonnet", .aliases = rows[i].aliases, .offered = &today};

		check_resolved(&rules, rows[i].asked, rows[i].resolved);
	}
}

/* The message quotes what was asked for, of which only a part fits. */
TEST(long_names)
{
	struct model_rules rules = {.preferred = "sonnet", .aliases = "", .offered = &today};
	char name[1000];

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	check_resolved(&rules, name, NULL);
	for (size_t lead = 0; lead < 4; lead++) {
		CLEANUP_BUF struct buf text = BUF_INIT(1000);

		buf_add(&text, name, lead);
		for (int i = 0; i < 100; i++)
			buf_puts(&text, "\xf0\x9f\x98\x80");
		check_resolved(&rules, text.data, NULL);
	}
}

/* Upper case where the bits of `mask` say so. */
static void add_cased(struct buf *out, const char *word, unsigned mask)
{
	for (; *word != '\0'; word++, mask >>= 1) {
		char c = (char)(mask & 1 ? toupper((unsigned char)*word) : *word);

		buf_add(out, &c, 1);
	}
}

static void check_twice(const struct model_rules *rules, const char *asked)
{
	char once[MODEL_NAME_SIZE], twice[MODEL_NAME_SIZE];
	struct err err = {0};

	if (model_resolve(rules, asked, once, &err) < 0)
		return;
	check(model_resolve(rules, once, twice, &err) == 0, "'%s' gives %s, which is unknown",
		asked, once);
	check(strcmp(once, twice) == 0, "'%s' gives %s, which gives %s", asked, once, twice);
}

static void check_spellings(const struct model_rules *rules)
{
	static const char *const before[] = {
		"", "claude-", "claude-3-5-", "anthropic/claude-", "us.anthropic.claude-", "x-"};
	static const char *const families[] = {"haiku", "sonnet", "opus", "fable", "gpt-4o", "a"};
	static const char *const after[] = {
		"", "-4", "-4-1-20250805", "@20250514", "-latest", "-v1:0", "[1m]", "-", "-turbo"};

	for (size_t i = 0; i < ARRAY_LEN(before); i++)
		for (size_t j = 0; j < ARRAY_LEN(families); j++)
			for (size_t k = 0; k < ARRAY_LEN(after); k++)
				for (unsigned mask = 0; mask < 4; mask++) {
					CLEANUP_BUF struct buf name = BUF_INIT(200);

					buf_puts(&name, before[i]);
					add_cased(&name, families[j], mask);
					buf_puts(&name, after[k]);
					check_twice(rules, name.data);
				}
	check_twice(rules, "");
	check_twice(rules, "*");
}

TEST(a_result_stands_for_itself)
{
	static const char *const preferred[] = {
		"sonnet", "opus[1m]", "claude-haiku-4-5", "claude-opus-4-1-20250805", "custom"};
	static const char *const aliases[] = {"", "gpt-4o=opus,*=sonnet",
		"a=b,b=opus,*=claude-3-haiku", "opus=haiku,sonnet=opus,claude-opus-4=fable",
		"custom=haiku,*=custom"};
	const struct model_list *const offered[] = {&today, model_families()};

	for (size_t i = 0; i < ARRAY_LEN(preferred); i++)
		for (size_t j = 0; j < ARRAY_LEN(aliases); j++)
			for (size_t k = 0; k < ARRAY_LEN(offered); k++) {
				struct model_rules rules = {
					.preferred = preferred[i],
					.aliases = aliases[j],
					.offered = offered[k],
				};

				check_spellings(&rules);
			}
}

/* The same where an alias bears the name of a family that the CLI does not offer. */
TEST(a_result_stands_for_itself_without_its_family)
{
	struct model_rules rules = {.preferred = "sonnet", .offered = &no_haiku};

	rules.aliases = "haiku=sonnet,*=opus";
	check_spellings(&rules);
	check_resolved(&rules, "Haiku", "haiku");
	check_resolved(&rules, "fable", "opus");
}

TEST(name_fits)
{
	char name[MODEL_NAME_SIZE + 1];

	memset(name, 'a', sizeof(name));
	name[MODEL_NAME_SIZE] = '\0';
	assert_false(model_name_fits(name));
	name[MODEL_NAME_SIZE - 1] = '\0';
	assert_true(model_name_fits(name));
	assert_false(model_name_fits(""));
	assert_true(model_name_fits("azAZ09-_.:@/[]"));
	for (int c = 1; c < 256; c++) {
		char one[2] = {(char)c, '\0'};
		bool fits = (c < 128 && isalnum(c)) || strchr("-_.:@/[]", c) != NULL;

		check(model_name_fits(one) == fits, "byte %d", c);
	}
}

TEST(list)
{
	struct model_list list = {0};
	char name[16];

	model_list_add(&list, "opus");
	model_list_add(&list, "Opus");
	model_list_add(&list, "default");
	model_list_add(&list, "");
	model_list_add(&list, "no model");
	model_list_add(&list, SIXTY SIXTY "12345678");
	model_list_add(&list, "haiku");
	assert_int_equal(list.n, 2);
	assert_string_equal(list.name[0], "opus");
	assert_string_equal(list.name[1], "haiku");
	for (int i = 0; i < 2 * MODEL_LIST_LIMIT; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		model_list_add(&list, name);
	}
	assert_int_equal(list.n, MODEL_LIST_LIMIT);
	snprintf(name, sizeof(name), "m%d", MODEL_LIST_LIMIT - 3);
	assert_string_equal(list.name[MODEL_LIST_LIMIT - 1], name);
	assert_int_equal(model_list_find(&list, "HAIKU"), 1);
	assert_int_equal(model_list_find(&list, "default"), MODEL_LIST_LIMIT);
}

TEST(ids)
{
	static const char *const ids[] = {
		"claude-sonnet-4-5", "claude-sonnet-4-5[1m]", "a.b", "a/b"};
	static const char *const words[] = {"sonnet", "sonnet[1m]", "best", "my-deployment"};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		check(model_is_id(ids[i]), "%s", ids[i]);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		check(!model_is_id(words[i]), "%s", words[i]);
}

TEST(families)
{
	const struct model_list *families = model_families();

	assert_int_equal(families->n, 3);
	assert_string_equal(families->name[0], "haiku");
	assert_string_equal(families->name[1], "sonnet");
	assert_string_equal(families->name[2], "opus");
}

TEST(check_aliases)
{
	static const char *const good[] = {"", "gpt-4o=sonnet", "gpt-4o=sonnet,*=opus",
		"gpt 4=sonnet", "a/b=claude-opus-4@20250514,c=opus[1m]"};
	static const char *const bad[] = {"sonnet", "=sonnet", "a=", "a=b=c", "a=b c", "a=b,,c=d",
		",a=b", "a=b,c", "a,b=c", "a=b;c=d", "a=caf\xc3\xa9", "a=\"b\"",
		"a=" SIXTY SIXTY "12345678"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		struct err err = {0};

		check(model_check_aliases(good[i], &err) == 0, "'%s': %s", good[i], err.message);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {0};

		check(model_check_aliases(bad[i], &err) == -1, "'%s' is taken", bad[i]);
		check_err(bad[i], &err, ERR_INVALID, NULL);
	}
}
