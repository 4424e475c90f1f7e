/* Which patterns are ECMAScript with the flag `u`, and which cannot match a name. */
#include "schema/pattern.h"

#include <string.h>

#include "support/check.h"

TEST(valid)
{
	static const char *const valid[] = {
		"",
		"^a$",
		"a|",
		"^\\d{3}-\\d{4}$",
		"^[\\w.-]+@[a-z0-9-]+\\.[a-z]{2,}$",
		"(?<year>\\d{4})-\\k<year>",
		"\\k<later>(?<later>x)",
		"(a)(b)\\2\\1",
		"\\1(a)",
		"(?=a)(?!b)(?<=c)(?<!d)(?:e)",
		"a*?b+?c??d{1,2}?",
		"[]|[^]",
		"[[\\]\\-\\b{}()*]",
		"[\\u{1F600}-\\u{1F64F}]",
		"\\uD83D\\uDE00",
		"[\\uD83D\\uDE00-\\uD83D\\uDE01]",
		"[é-ü]😀+",
		"\\p{L}\\P{Lu}\\p{Script=Greek}[\\p{Nd}]",
		"^(\\p{Extended_Pictographic}|\\p{Emoji_Component})+$",
		"\\cJ\\0\\x41\\/\\^\\$\\.\\|",
		"[\\d-]",
	};
	static const char *const invalid[] = {
		"[]a-]x",
		"[^]]",
		"(?P<n>a)",
		"(?P=n)",
		"(?i)a",
		"(?i:a)",
		"(?>a)",
		"(?#note)",
		"\\A\\w+",
		"\\w+\\Z",
		"\\w+\\z",
		"\\h",
		"\\-",
		"\\_",
		"\\ ",
		"a++",
		"a*+",
		"a**",
		"*a",
		"^*",
		"(?=a)*",
		"\\b+",
		"a{",
		"a{,2}",
		"a{2,1}",
		"a{x}",
		"}",
		"]",
		"(a",
		"a)",
		"[a",
		"[b-a]",
		"[\\w-.]",
		"[a-\\d]",
		"[[:alpha:]-\\d]",
		"\\",
		"[\\",
		"\\u12",
		"\\u{110000}",
		"\\u{}",
		"\\x4",
		"\\c1",
		"\\01",
		"\\2(a)",
		"\\k<n>",
		"\\k",
		"(?<n>a)(?<n>b)",
		"(?<1>a)",
		"(?<n",
		"\\p{Nonsense}",
		"\\pL",
		"\\p{L",
		"\\p{Script=Nonsense}",
		"\\Qa\\E",
		"[a&&[b\\-]\\Q]",
	};

	for (size_t i = 0; i < ARRAY_LEN(valid); i++)
		check(schema_pattern_is_valid(valid[i]), "%s", valid[i]);
	for (size_t i = 0; i < ARRAY_LEN(invalid); i++)
		check(!schema_pattern_is_valid(invalid[i]), "%s", invalid[i]);
}

/* Deep or long, whatever the length: an answer, and no stack that runs over. */
TEST(long)
{
	static char text[200001];

	memset(text, '(', sizeof(text) - 1);
	assert_false(schema_pattern_is_valid(text));
	memset(text, 'a', sizeof(text) - 1);
	assert_true(schema_pattern_is_valid(text));
	memset(text, '9', sizeof(text) - 1);
	memcpy(text, "a{", 2);
	assert_false(schema_pattern_is_valid(text));
}

TEST(may_match)
{
	static const struct {
		const char *pattern, *name;
		bool may;
	} rows[] = {
		{"^x-", "city", false},
		{"^x-", "x-city", true},
		{"^x-", "x", false},
		{"x-", "city", true},
		{"", "city", true},
		{"^", "city", true},
		{"^a|c", "city", true},
		{"^xa?", "x", true},
		{"^xa*", "x", true},
		{"^xa{0}", "x", true},
		{"^xa+", "x", false},
		{"^xé?", "x", true},
		{"^\\x63", "city", true},
		{"^[a-z]", "city", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(schema_pattern_may_match(rows[i].pattern, rows[i].name) == rows[i].may,
			"%s %s", rows[i].pattern, rows[i].name);
}
