#include "base/utf8.h"

#include <string.h>

#include "support/check.h"

/* RFC 3629, section 3, taken literally. */
static size_t encode(unsigned long cp, char out[4])
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

	for (size_t i = n; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(lead[n] | cp);
	return n;
}

TEST(every_code_point)
{
	for (unsigned long cp = 0; cp < 0x120000; cp++) {
		bool is_character = cp <= 0x10ffff && (cp < 0xd800 || cp > 0xdfff);
		char s[4];
		size_t n = encode(cp, s);
		size_t want = is_character ? n : 0;

		check(utf8_char(s, n) == want, "U+%lX: %zu", cp, utf8_char(s, n));
		check(utf8_char(s, n - 1) == 0, "U+%lX is taken without its last byte", cp);
	}
}

TEST(invalid)
{
	static const char *const texts[] = {
		"\x80",
		"\xbf",
		"\xc0\x80",
		"\xc1\xbf",
		"\xc3",
		"\xc3(",
		"\xc3\xc3",
		"\xe0\x80\x80",
		"\xe0\x9f\xbf",
		"\xe0\xc0\x80",
		"\xe6\x97",
		"\xe6\x97(",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf",
		"\xf0\xc0\x80\x80",
		"\xf0\x9f\x98",
		"\xf0\x9f\x98(",
		"\xf4\x90\x80\x80",
		"\xf5\x80\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\xfe",
		"\xff",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP_BUF struct buf text = BUF_INIT(100);

		check(utf8_char(texts[i], strlen(texts[i])) == 0, "row %zu is taken", i);
		buf_printf(&text, "ab%scd", texts[i]);
		check(!utf8_valid(text.data, text.len), "row %zu is valid between letters", i);
	}
}

TEST(valid)
{
	static const char text[] =
		"a\0\x7f \xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80"
		"\xf4\x8f\xbf\xbf";

	assert_true(utf8_valid(text, sizeof(text) - 1));
	assert_true(utf8_valid("", 0));
	assert_int_equal(utf8_char("", 0), 0);
	assert_true(utf8_valid("a\xff", 1));
	assert_int_equal(utf8_char(UTF8_REPLACEMENT, 3), 3);
}

static bool is_space(unsigned c)
{
	static const unsigned ranges[][2] = {{0x9, 0xd}, {0x1c, 0x20}, {0x85, 0x85}, {0xa0, 0xa0},
		{0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f},
		{0x205f, 0x205f}, {0x3000, 0x3000}, {0xfeff, 0xfeff}};

	for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

TEST(spaces)
{
	for (unsigned c = 0; c <= 0x10ffff; c++) {
		char s[5] = "";
		size_t n = encode(c, s);

		check(utf8_space(s, n) == (is_space(c) ? n : 0), "U+%04X", c);
		check(n < 2 || utf8_space(s, n - 1) == 0, "half of U+%04X", c);
	}
	assert_int_equal(utf8_space("", 0), 0);
	assert_int_equal(utf8_space(" ", 0), 0);
}
