#include "claude/model.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "support/check.h"

/* What the CLI lists today, and what an account without haiku might see. */
static const struct model_list today = {4, {"opus", "fable", "sonnet", "haiku"}};
static const struct model_list no_haiku = {2, {"opus", "sonnet"}};

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

static void test_names(void **state)
{
	static const struct {
		const char *asked, *resolved;
	} rows[] = {
		{"", "sonnet"},
		{"sonnet", "sonnet"},
		{"Opus", "opus"},
		{"HAIKU", "haiku"},
		{"fable", "fable"},
		{"claude-fable-5-2", "fable"},
		{"claude-3-haiku-20240307", "haiku"},
		{"claude-3-5-haiku-20241022", "haiku"},
		{"claude-3-7-sonnet-latest", "sonnet"},
		{"claude-3-opus-latest", "opus"},
		{"claude-sonnet-4-20250514", "sonnet"},
		{"claude-opus-4-1", "opus"},
		{"claude-sonnet-4.5", "sonnet"},
		{"Claude-Opus-4", "opus"},
		{"anthropic/claude-opus-4", "opus"},
		{"claude-opus-4@20250514", "opus"},
		{"anthropic.claude-3-5-sonnet-20241022-v2:0", "sonnet"},
		{"us.anthropic.claude-sonnet-4-20250514-v1:0", "sonnet"},
		{"eu.anthropic.claude-3-haiku-20240307-v1:0", "haiku"},
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

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check_resolved(&rules, rows[i].asked, rows[i].resolved);
}

static void test_preferred(void **state)
{
	struct model_rules rules = {
		.preferred = "claude-opus-4-1-20250805", .aliases = "", .offered = &today};

	(void)state;
	check_resolved(&rules, "", "claude-opus-4-1-20250805");
	check_resolved(&rules, "Claude-Opus-4-1-20250805", "claude-opus-4-1-20250805");
	check_resolved(&rules, "claude-opus-4-1", "opus");
	rules.preferred = "opus[1m]";
	check_resolved(&rules, "opus[1m]", "opus[1m]");
	check_resolved(&rules, "sonnet[1m]", NULL);
}

#define TEN "claude-10-"

static void test_aliases(void **state)
{
	static const struct {
		const char *aliases, *asked, *resolved;
	} rows[] = {
		{"gpt-4o=opus", "gpt-4o", "opus"},
		{"gpt-4o=opus", "GPT-4o", "opus"},
		{"gpt-4o=opus", "gpt-4o-mini", NULL},
		{"gpt-4o=opus", "gpt-4", NULL},
		{"a=opus,b=haiku", "b", "haiku"},
		{"a=claude-opus-4", "a", "opus"},
		{"a=OPUS", "a", "opus"},
		{"a=nothing", "a", NULL},
		{"a=nothing,*=haiku", "a", "haiku"},
		/* no model has a name as long as that */
		{"a=" TEN TEN TEN TEN TEN TEN "opus", "a", NULL},
		{"*=opus", "gpt-4o", "opus"},
		{"*=opus", "", "sonnet"},
		{"*=opus", "haiku", "haiku"},
		{"*=opus", "claude-3-haiku", "haiku"},
		{"*=opus,gpt-4o=haiku", "gpt-4o", "haiku"},
		/* an alias goes before a family, a model's own name before an alias */
		{"claude-3-haiku=opus", "claude-3-haiku", "opus"},
		{"haiku=opus", "haiku", "haiku"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct model_rules rules = {
			.preferred = "sonnet", .aliases = rows[i].aliases, .offered = &today};

		check_resolved(&rules, rows[i].asked, rows[i].resolved);
	}
}

/* The message quotes what was asked for, of which only a part fits. */
static void test_long_names(void **state)
{
	struct model_rules rules = {.preferred = "sonnet", .aliases = "", .offered = &today};
	char name[1000];

	(void)state;
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

static void test_a_result_stands_for_itself(void **state)
{
	static const char *const preferred[] = {
		"sonnet", "opus[1m]", "claude-haiku-4-5", "claude-opus-4-1-20250805", "custom"};
	static const char *const aliases[] = {"", "gpt-4o=opus,*=sonnet",
		"a=b,b=opus,*=claude-3-haiku", "opus=haiku,sonnet=opus,claude-opus-4=fable",
		"custom=haiku,*=custom"};
	const struct model_list *const offered[] = {&today, model_families()};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(preferred); i++)
		for (size_t j = 0; j < ARRAY_LEN(aliases); j++)
			for (size_t k = 0; k < ARRAY_LEN(offered); k++) {
				struct model_rules rules = {preferred[i], aliases[j], offered[k]};

				check_spellings(&rules);
			}
}

/* The same where an alias bears the name of a family that the CLI does not offer. */
static void test_a_result_stands_for_itself_without_its_family(void **state)
{
	struct model_rules rules = {.preferred = "sonnet", .offered = &no_haiku};

	(void)state;
	rules.aliases = "haiku=sonnet,*=opus";
	check_spellings(&rules);
	check_resolved(&rules, "Haiku", "haiku");
	check_resolved(&rules, "fable", "opus");
}

static void test_name_fits(void **state)
{
	char name[MODEL_NAME_SIZE + 1];

	(void)state;
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

static void test_list(void **state)
{
	struct model_list list = {0};
	char name[16];

	(void)state;
	model_list_add(&list, "opus");
	model_list_add(&list, "Opus");
	model_list_add(&list, "default");
	model_list_add(&list, "");
	model_list_add(&list, "no model");
	model_list_add(&list, "a-name-of-sixty-four-letters-is-one-too-long-for-the-list-to-keep");
	model_list_add(&list, "haiku");
	assert_int_equal(list.n, 2);
	assert_string_equal(list.name[0], "opus");
	assert_string_equal(list.name[1], "haiku");
	for (int i = 0; i < 2 * MODEL_LIST_LIMIT; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		model_list_add(&list, name);
	}
	assert_int_equal(list.n, MODEL_LIST_LIMIT);
	assert_string_equal(list.name[MODEL_LIST_LIMIT - 1], "m13");
}

static void test_families(void **state)
{
	const struct model_list *families = model_families();

	(void)state;
	assert_int_equal(families->n, 3);
	assert_string_equal(families->name[0], "haiku");
	assert_string_equal(families->name[1], "sonnet");
	assert_string_equal(families->name[2], "opus");
}

static void test_check_aliases(void **state)
{
	static const char *const good[] = {"", "gpt-4o=sonnet", "gpt-4o=sonnet,*=opus",
		"gpt 4=sonnet", "a/b=claude-opus-4@20250514,c=opus[1m]"};
	static const char *const bad[] = {"sonnet", "=sonnet", "a=", "a=b=c", "a=b c", "a=b,,c=d",
		",a=b", "a=b,c", "a,b=c", "a=b;c=d", "a=caf\xc3\xa9", "a=\"b\"",
		"a=a-name-of-sixty-four-letters-is-one-too-long-for-the-list-to-keep"};

	(void)state;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_preferred),
		cmocka_unit_test(test_aliases),
		cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_a_result_stands_for_itself),
		cmocka_unit_test(test_a_result_stands_for_itself_without_its_family),
		cmocka_unit_test(test_name_fits),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_check_aliases),
	};

	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
