#include "base/json.h"

#include <string.h>

#include "base/utf8.h"
#include "support/check.h"

#define TEXT(s)                                                                                    \
	{                                                                                          \
		s, sizeof(s) - 1                                                                   \
	}

struct text {
	const char *s;
	size_t n;
};

/* A copy with nothing behind it, so that the sanitizer sees a look past the end. */
static char *exactly(const char *s, size_t n)
{
	char *copy = mem_alloc(n);

	memcpy(copy, s, n);
	return copy;
}

TEST(parse_accepts)
{
	static const char *const texts[] = {
		"{}",
		" \t\r\n[1, -2.5e3, true, false, null]\n ",
		"\"a\"",
		"0",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\\u00e9\\uD83d\\ude00\"",
		"\"\\ud800\\udc00\\uDBFF\\uDFFF\\ud7ff\\ue000\\uFFFF\\uaAaA\\u0190\"",
		"\"\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80\x7f\"",
		"{\"a\":{\"b\":[{}]}}",
		"\"[[[[{{{{,,,,\"",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = {0};
		CLEANUP_JSON cJSON *v = json_parse(texts[i], strlen(texts[i]), &err);

		check(v != NULL, "%s: %s", texts[i], err.message);
	}
}

TEST(parse_refuses)
{
	static const struct text texts[] = {
		TEXT(""),
		TEXT(" "),
		TEXT("{"),
		TEXT("]"),
		TEXT("{} x"),
		TEXT("{}{}"),
		TEXT("[1,]"),
		TEXT("{\"a\":1,}"),
		TEXT("{\"a\"}"),
		TEXT("{a:1}"),
		TEXT("{'a':1}"),
		TEXT("nul"),
		TEXT("NaN"),
		TEXT("+1"),
		TEXT("[1] // one"),
		TEXT("\"abc"),
		TEXT("\"abc\\\""),
		TEXT("\"abc\\"),
		TEXT("\"\\x41\""),
		TEXT("\"\\u12\""),
		TEXT("\"\\u0000\\x\""),
		TEXT("\"\\u0000\xff\""),
		TEXT("\"\\u0000\n\""),
		TEXT("\"\\ud83d\\u\""),
		TEXT("\"\\ud83d"),
		TEXT("\"\\ud83"),
		TEXT("\\u0000"),
		TEXT("\"\\u12g4\""),
		TEXT("\"\\u+123\""),
		TEXT("\"a\0b\""),
		TEXT("{}\0"),
		TEXT("\"a\nb\""),
		TEXT("\"\x1f\""),
		TEXT("\"\xff\""),
		TEXT("\"\xc0\x80\""),
		TEXT("\"\xed\xa0\x80\""),
		TEXT("\"\xe6\x97\""),
		TEXT("\xc3\xa9"),
		TEXT("\xef\xbb\xbf{}"),
		TEXT("{\"a\":\xc2\xa0\"b\"}"),
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct err err = {0};
		CLEANUP_FREE char *text = exactly(texts[i].s, texts[i].n);
		CLEANUP_JSON cJSON *v = json_parse(text, texts[i].n, &err);

		check(v == NULL, "%s is taken", texts[i].s);
		check_err(texts[i].s, &err, ERR_INVALID, NULL);
	}
}

#define R UTF8_REPLACEMENT

/* What languages write for the strings they have, though it stands for no character. */
TEST(parse_repairs)
{
	static const struct {
		const char *text, *string;
	} rows[] = {
		{"\"\\u0000\"", R},
		{"\"a\\u0000b\\u0000\"", "a" R "b" R},
		{"\"\\ud83d\"", R},
		{"\"\\ud83dabcdef\"", R "abcdef"},
		{"\"\\ud83d\\n12345\"", R "\n12345"},
		{"\"\\ud83d\\ud83d\"", R R},
		{"\"\\uDE00\"", R},
		{"\"\\ude00\\ud83d\"", R R},
		{"\"\\ud83d\\ud83d\\ude00\"", R "\xf0\x9f\x98\x80"},
		{"\"\\ud83d\\u0000\"", R R},
		{"\"\\\\u0000\\\\\\u0000\"", "\\u0000\\" R},
		{" \"\\u0000\" ", R},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_FREE char *text = exactly(rows[i].text, strlen(rows[i].text));
		struct err err = {0};
		CLEANUP_JSON cJSON *v = json_parse(text, strlen(rows[i].text), &err);

		check(cJSON_IsString(v), "%s: %s", rows[i].text, err.message);
		check(strcmp(v->valuestring, rows[i].string) == 0, "%s: %s", rows[i].text,
			v->valuestring);
	}
}

/* Keys, too, and two that become one stay two. */
TEST(parse_repairs_keys)
{
	static const char text[] = "{\"a\\u0000\":1,\"a\\ud800\":[{\"\\udfff\":\"\\u0000\"}]}";
	struct err err = {0};
	CLEANUP_JSON cJSON *v = json_parse(text, sizeof(text) - 1, &err);
	CLEANUP_FREE char *printed = cJSON_PrintUnformatted(v);

	assert_string_equal(printed, "{\"a" R "\":1,\"a" R "\":[{\"" R "\":\"" R "\"}]}");
}

/* Noncharacters and what some take for the end of a line are characters like any other. */
TEST(parse_keeps)
{
	static const char text[] = "\"\\uffff\\uFFFE\\ufdd0\\u2028\\u007f\\u0001\\u001f"
				   "\xef\xbf\xbf\xef\xb7\x90\xe2\x80\xa8\xf4\x8f\xbf\xbf\"";
	struct err err = {0};
	CLEANUP_JSON cJSON *v = json_parse(text, sizeof(text) - 1, &err);

	assert_string_equal(cJSON_GetStringValue(v),
		"\xef\xbf\xbf\xef\xbf\xbe\xef\xb7\x90\xe2\x80\xa8\x7f\x01\x1f"
		"\xef\xbf\xbf\xef\xb7\x90\xe2\x80\xa8\xf4\x8f\xbf\xbf");
}

static bool parses(const char *s)
{
	CLEANUP_FREE char *text = exactly(s, strlen(s));
	struct err err = {0};
	CLEANUP_JSON cJSON *v = json_parse(text, strlen(s), &err);

	if (v == NULL)
		check_err(s, &err, ERR_INVALID, NULL);
	return v != NULL;
}

TEST(parse_numbers)
{
	static const char *const good[] = {"0", "-0", "7", "-12", "10", "0.5", "-0.05", "1e3",
		"1E+3", "1e-3", "0e0", "12.34e56", "[1,-2,0.3]", "{\"a\":-0.0}"};
	static const char *const bad[] = {"-", "--1", "+1", "00", "01", "-01", "1.", "1.e2", ".5",
		"-.5", "1e", "1e+", "1E-", "1e1.5", "1.2.3", "1-2", "0x1", "1a", "1_000",
		"Infinity", "-NaN"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		check(parses(good[i]), "%s is refused", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		check(!parses(bad[i]), "%s is taken", bad[i]);
}

/* JSON has four bytes of white space; a lenient parser takes every control byte for it. */
TEST(parse_white_space)
{
	for (int c = 1; c < 0x80; c++) {
		char text[] = {'[', (char)c, ']', '\0'};
		bool is_space = c == ' ' || c == '\t' || c == '\r' || c == '\n';

		if (c >= '0' && c <= '9')
			continue;
		check(parses(text) == is_space, "byte %d", c);
	}
}

static bool parses_nested(size_t depth, char open, char close)
{
	CLEANUP_BUF struct buf text = BUF_INIT(1000);
	CLEANUP_JSON cJSON *v = NULL;
	struct err err;

	for (size_t i = 0; i < depth; i++)
		buf_printf(&text, "%c%s", open, open == '{' ? "\"a\":" : "");
	buf_puts(&text, "0");
	for (size_t i = 0; i < depth; i++)
		buf_add(&text, &close, 1);
	v = json_parse(text.data, text.len, &err);
	return v != NULL;
}

TEST(parse_depth)
{
	assert_true(parses_nested(JSON_MAX_DEPTH, '[', ']'));
	assert_false(parses_nested(JSON_MAX_DEPTH + 1, '[', ']'));
	assert_true(parses_nested(JSON_MAX_DEPTH, '{', '}'));
	assert_false(parses_nested(JSON_MAX_DEPTH + 1, '{', '}'));
}

static bool parses_array(size_t n)
{
	CLEANUP_BUF struct buf text = BUF_INIT(1000000);
	CLEANUP_JSON cJSON *v = NULL;
	struct err err;

	buf_puts(&text, "[0");
	for (size_t i = 1; i < n; i++)
		buf_puts(&text, ",0");
	buf_puts(&text, "]");
	v = json_parse(text.data, text.len, &err);
	return v != NULL;
}

TEST(parse_size)
{
	assert_true(parses_array(JSON_MAX_NODES - 1));
	assert_false(parses_array(JSON_MAX_NODES + 1));
}

/* The length counts, not a NUL after it: a line in a buffer may be followed by anything. */
TEST(parse_length)
{
	struct err err;
	CLEANUP_JSON cJSON *v = json_parse("12345", 2, &err);

	assert_non_null(v);
	assert_int_equal(v->valueint, 12);
}

TEST(repair)
{
	static const struct {
		struct text broken;
		const char *repaired;
	} rows[] = {
		{TEXT(""), ""},
		{TEXT("{\"a\":\"\xc3\xa9\\n\\ud83d\\ude00\"}"),
			"{\"a\":\"\xc3\xa9\\n\\ud83d\\ude00\"}"},
		{TEXT("a\xff"), "a" R},
		{TEXT("\xff\xfe z"), R R " z"},
		{TEXT("a\xff"
		      "bc\\ude00d"),
			"a" R "bc" R "d"},
		{TEXT("\\ud83d"), R},
		{TEXT("\\ud83d\\"), R R},
		{TEXT("\\ud83d\\u"), R R},
		{TEXT("\\ud83d\\ude0"), R R "de0"},
		{TEXT("\\"), R},
		{TEXT("\\u12"), R "12"},
		{TEXT("\\u12g4z"), R "12g4z"},
		{TEXT("\xe6\x97\"x"), R R "\"x"},
		{TEXT("\xed\xa0\x80"), R R R},
		{TEXT("\xc0\xaf"), R R},
		{TEXT("a\0b"), "a" R "b"},
		{TEXT("\\u0000z"), R "z"},
		{TEXT("\\ud83dz"), R "z"},
		{TEXT("\\ude00\\ud83d"), R R},
		{TEXT("\\ud83d\\u0041"), R "\\u0041"},
		{TEXT("\\ud83d\\ud83d\\ude00"), R "\\ud83d\\ude00"},
		{TEXT("\\\\u0000"), "\\\\u0000"},
		{TEXT("\\\\\\ud83d"), "\\\\" R},
		{TEXT("\\\"\xff"), "\\\"" R},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_FREE char *broken = exactly(rows[i].broken.s, rows[i].broken.n);
		CLEANUP_BUF struct buf out = BUF_INIT(200);

		assert_int_equal(json_repair(&out, broken, rows[i].broken.n), 0);
		check(strcmp(buf_str(&out), rows[i].repaired) == 0, "row %zu: got %s, want %s", i,
			buf_str(&out), rows[i].repaired);
	}
}

TEST(repair_when_full)
{
	CLEANUP_BUF struct buf out = BUF_INIT(4);

	assert_int_equal(json_repair(&out, "abcde", 5), -1);
	assert_int_equal(json_repair(&out, "ab\xff", 3), -1);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* Strings of fragments that break something, or would if they stood elsewhere. */
static void add_fragments(struct buf *out, unsigned *seed)
{
	static const struct text fragments[] = {
		TEXT("a"),
		TEXT("\\"),
		TEXT("\""),
		TEXT("\\\""),
		TEXT("\\\\"),
		TEXT("\\n"),
		TEXT("\\u"),
		TEXT("\\u0000"),
		TEXT("\\u00e9"),
		TEXT("\\ud83d"),
		TEXT("\\ude00"),
		TEXT("12"),
		TEXT("\0"),
		TEXT("\n"),
		TEXT("\xc3"),
		TEXT("\xa9"),
		TEXT("\xe2\x80"),
		TEXT("\xf0\x9f\x98\x80"),
		TEXT("\xff"),
		TEXT("{\"k\":"),
		TEXT("}"),
	};

	for (unsigned n = next_random(seed) % 9; n > 0; n--) {
		const struct text *t = &fragments[next_random(seed) % ARRAY_LEN(fragments)];

		buf_add(out, t->s, t->n);
	}
}

TEST(repair_anything)
{
	unsigned seed = 1;

	for (int i = 0; i < 20000; i++) {
		CLEANUP_BUF struct buf broken = BUF_INIT(1000);
		CLEANUP_BUF struct buf out = BUF_INIT(3000);
		CLEANUP_JSON cJSON *v = NULL;
		struct err err = {0};

		buf_puts(&broken, "\"");
		add_fragments(&broken, &seed);
		buf_puts(&broken, "\"");
		assert_int_equal(json_repair(&out, broken.data, broken.len), 0);
		check(utf8_valid(out.data, out.len), "%s becomes no UTF-8", broken.data);
		check(memchr(out.data, '\0', out.len) == NULL, "%s keeps a NUL", broken.data);
		v = json_parse(out.data, out.len, &err);
		if (v == NULL)
			check_err(out.data, &err, ERR_INVALID, NULL);
		else if (cJSON_IsString(v))
			assert_true(utf8_valid(v->valuestring, strlen(v->valuestring)));
	}
}

TEST(get)
{
	CLEANUP_JSON cJSON *o = json_of("{'s':'x','n':1.5,'t':true,'f':false,'z':null,'o':{}}");

	assert_non_null(json_get(o, "o"));
	assert_null(json_get(o, "z"));
	assert_null(json_get(o, "absent"));
	assert_null(json_get(o, "S"));
	assert_null(json_get(NULL, "s"));
	assert_string_equal(json_get_string(o, "s"), "x");
	assert_null(json_get_string(o, "n"));
	assert_null(json_get_string(o, "z"));
	assert_true(json_get_true(o, "t"));
	assert_false(json_get_true(o, "f"));
	assert_false(json_get_true(o, "s"));
	assert_true(json_get_number(o, "n") == 1.5);
	assert_true(json_get_number(o, "s") == 0);
	assert_true(json_get_number(o, "absent") == 0);
}

TEST(print)
{
	CLEANUP_JSON cJSON *v = json_of("{ 'a' : [ 1, 'b c', null ] }");
	CLEANUP_BUF struct buf out = BUF_INIT(100);
	CLEANUP_BUF struct buf small = BUF_INIT(5);

	buf_puts(&out, "x");
	assert_int_equal(json_print(&out, v), 0);
	assert_string_equal(buf_str(&out), "x{\"a\":[1,\"b c\",null]}");
	assert_int_equal(json_print(&small, v), -1);
}

static int begin(void **state)
{
	(void)state;
	json_init();
	return 0;
}

TEST_GROUP(begin, NULL);
