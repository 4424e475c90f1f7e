#include "gateway/cors.h"

#include <string.h>

#include "support/check.h"

#define X10(s)  s s s s s s s s s s
#define X100(s) X10(X10(s))

static char *allowed(const char *asked)
{
	struct buf out = BUF_INIT(4096);

	buf_puts(&out, "Before: ");
	cors_add_headers(&out, asked);
	assert_memory_equal(buf_str(&out), "Before: ", 8);
	buf_drop(&out, 8);
	return out.data;
}

TEST(names_come_back)
{
	static const struct {
		const char *asked, *allowed;
	} rows[] = {
		{"authorization", "authorization"},
		{"authorization,content-type", "authorization, content-type"},
		{"a , b,\tc\t,  d  ", "a, b, c, d"},
		{",,a,, ,b,", "a, b"},
		{"X-Title,HTTP-Referer", "X-Title, HTTP-Referer"},
		{"b,a,b", "b, a, b"},
		{"!#$%&'*+-.^_`|~09azAZ", "!#$%&'*+-.^_`|~09azAZ"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_FREE char *got = allowed(rows[i].asked);

		assert_string_equal(got, rows[i].allowed);
	}
}

/* Whatever byte is no part of a token costs the name that it is in, and no other. */
TEST(other_bytes)
{
	static const char letters[] = "!#$%&'*+-.^_`|~";

	for (int c = 1; c < 256; c++) {
		const char between[] = {'a', ',', 'x', (char)c, 'y', ',', 'b', '\0'};
		const char at_the_end[] = {'a', ',', (char)c, '\0'};
		bool is_letter = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
				 (c >= 'A' && c <= 'Z') || strchr(letters, c) != NULL;
		CLEANUP_FREE char *got = allowed(between), *last = allowed(at_the_end);

		if (c == ',') {
			assert_string_equal(got, "a, x, y, b");
			continue;
		}
		check((strcmp(got, "a, b") == 0) == !is_letter, "%02x: %s", c, got);
		check((strcmp(last, "a") == 0) == !is_letter, "%02x: %s", c, last);
	}
}

/* The separators count. What does not fit is left out, not cut. */
TEST(limit)
{
	static const char most[] = X100("0123456789") "012345678901234567890123";
	_Static_assert(sizeof(most) - 1 == CORS_HEADERS_MAX, "it just fits");
	CLEANUP_FREE char *one = allowed(most);
	CLEANUP_FREE char *longer = allowed(X100("0123456789") "0123456789012345678901234,b");
	CLEANUP_FREE char *whole = allowed(X100("0123456789") "012345678901234567890,b");
	CLEANUP_FREE char *second = allowed(X100("0123456789") "0123456789012345678901,b");
	CLEANUP_FREE char *many = allowed(X100("x-header,") X100("y-header,"));

	assert_string_equal(one, most);
	assert_string_equal(longer, "b");
	assert_int_equal(strlen(whole), CORS_HEADERS_MAX);
	assert_string_equal(whole + CORS_HEADERS_MAX - 3, ", b");
	assert_null(strchr(second, ','));
	check(strlen(many) <= CORS_HEADERS_MAX, "%zu bytes", strlen(many));
	check(strlen(many) > CORS_HEADERS_MAX - 10, "%zu bytes", strlen(many));
	assert_string_equal(many + strlen(many) - 10, ", y-header");
}

TEST(nothing_that_is_a_name)
{
	static const char *const rows[] = {"", ",", " , ", "a b", "\r\nx: y", "caf\xc3\xa9", "x;y",
		X100("0123456789") X10("0123456789")};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_FREE char *got = allowed(rows[i]);

		check(strstr(got, "authorization, content-type, ") == got, "%s: %s", rows[i], got);
		check(strlen(got) <= CORS_HEADERS_MAX, "%s", got);
	}
}
