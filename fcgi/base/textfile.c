#include "base/textfile.h"

#include <stdbool.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

static bool is_high(unsigned long c)
{
	return c >= 0xd800 && c <= 0xdbff;
}

static bool is_low(unsigned long c)
{
	return c >= 0xdc00 && c <= 0xdfff;
}

/* Writes the character at `to`, and returns where the next one goes. */
static char *put(char *to, unsigned long c)
{
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (c & 0x3f));
	return to;
}

static unsigned long unit_at(const unsigned char *p, bool big)
{
	return (unsigned long)p[big ? 0 : 1] << 8 | p[big ? 1 : 0];
}

static char *from_utf16(const unsigned char *p, size_t n, bool big)
{
	CLEANUP_FREE char *text = n % 2 == 0 ? mem_alloc(n / 2 * 3 + 1) : NULL;
	char *to = text;

	for (size_t i = 0; text != NULL && i < n; i += 2) {
		unsigned long c = unit_at(p + i, big);
		unsigned long next = i + 2 < n ? unit_at(p + i + 2, big) : 0;

		if (c == 0)
			return NULL;
		if (is_high(c) && is_low(next)) {
			c = 0x10000 + ((c - 0xd800) << 10) + (next - 0xdc00);
			i += 2;
		} else if (is_high(c) || is_low(c)) {
			c = 0xfffd;
		}
		to = put(to, c);
	}
	return mem_steal(&text);
}

static char *from_utf8(const char *s, size_t n)
{
	char *text;

	if (memchr(s, '\0', n) != NULL || !utf8_valid(s, n))
		return NULL;
	text = mem_alloc(n + 1);
	memcpy(text, s, n);
	return text;
}

static bool begins(const unsigned char *p, size_t n, const char *mark)
{
	return n >= strlen(mark) && memcmp(p, mark, strlen(mark)) == 0;
}

char *textfile_read(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	if (begins(p, n, "\xff\xfe") || begins(p, n, "\xfe\xff"))
		return from_utf16(p + 2, n - 2, p[0] == 0xfe);
	if (begins(p, n, "\xef\xbb\xbf"))
		return from_utf8((const char *)p + 3, n - 3);
	return from_utf8((const char *)p, n);
}
