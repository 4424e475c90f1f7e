#include "base/utf8.h"

#include <string.h>

#include "base/mem.h"

/* Second-byte ranges that a lead byte narrows: RFC 3629, section 4. */
static bool second_byte_fits(unsigned char lead, unsigned char second)
{
	switch (lead) {
	case 0xe0:
		return second >= 0xa0 && second <= 0xbf;
	case 0xed:
		return second >= 0x80 && second <= 0x9f;
	case 0xf0:
		return second >= 0x90 && second <= 0xbf;
	case 0xf4:
		return second >= 0x80 && second <= 0x8f;
	default:
		return (second & 0xc0) == 0x80;
	}
}

static size_t expected_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef)
		return 3;
	if (lead >= 0xf0 && lead <= 0xf4)
		return 4;
	return 0;
}

size_t utf8_char(const char *s, size_t n)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len = n > 0 ? expected_length(u[0]) : 0;

	if (len == 0 || len > n)
		return 0;
	if (len > 1 && !second_byte_fits(u[0], u[1]))
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static bool begins(const char *s, size_t n, const char *with, size_t len)
{
	return n >= len && memcmp(s, with, len) == 0;
}

size_t utf8_space(const char *s, size_t n)
{
	/* U+0085, U+00A0, U+1680, U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF */
	static const char *const wide[] = {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8",
		"\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
	unsigned char c = n > 0 ? (unsigned char)s[0] : 0;

	if (c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f))
		return 1;
	for (size_t i = 0; c >= 0x80 && i < ARRAY_LEN(wide); i++)
		if (begins(s, n, wide[i], strlen(wide[i])))
			return strlen(wide[i]);
	/* U+2000 to U+200A */
	if (n >= 3 && begins(s, n, "\xe2\x80", 2) && (unsigned char)s[2] <= 0x8a)
		return 3;
	return 0;
}

bool utf8_blank(const char *s)
{
	size_t left = strlen(s), n;

	while ((n = utf8_space(s, left)) > 0) {
		s += n;
		left -= n;
	}
	return left == 0;
}

bool utf8_valid(const char *s, size_t n)
{
	while (n > 0) {
		size_t len = utf8_char(s, n);

		if (len == 0)
			return false;
		s += len;
		n -= len;
	}
	return true;
}
