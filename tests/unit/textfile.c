#include "base/textfile.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "support/check.h"

#define BYTES(s) s, sizeof(s) - 1

static const struct {
	const char *bytes;
	size_t n;
	const char *text; /* NULL: no text */
} rows[] = {
	{BYTES(""), ""},
	{BYTES("a"), "a"},
	{BYTES("a;b\r\n1;\xc3\xa9\n\t\x1b[1m\x7f"), "a;b\r\n1;\xc3\xa9\n\t\x1b[1m\x7f"},
	/* byte order marks: only the first is one */
	{BYTES("\xef\xbb\xbf"), ""},
	{BYTES("\xef\xbb\xbf\xef\xbb\xbf"
	       "a"),
		"\xef\xbb\xbf"
		"a"},
	{BYTES("\xff\xfe"), ""},
	{BYTES("\xfe\xff"), ""},
	/* UTF-16: one, two, three and four bytes of UTF-8 */
	{BYTES("\xff\xfe"
	       "a\0\n\0\xe9\0\xac\x20\x3d\xd8\x00\xde"),
		"a\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	{BYTES("\xfe\xff"
	       "\0a\0\n\0\xe9\x20\xac\xd8\x3d\xde\x00"),
		"a\n\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	{BYTES("\xff\xfe\xff\xfe"), "\xef\xbb\xbf"},
	/* halves of pairs: at the end, before a letter, two high ones, a low one */
	{BYTES("\xfe\xff\xd8\x3d"), "\xef\xbf\xbd"},
	{BYTES("\xfe\xff\xd8\x3d\0a"), "\xef\xbf\xbd"
				       "a"},
	{BYTES("\xfe\xff\xd8\x3d\xd8\x3d\xde\x00"), "\xef\xbf\xbd\xf0\x9f\x98\x80"},
	{BYTES("\xfe\xff\xde\x00\0a"), "\xef\xbf\xbd"
				       "a"},
	/* no text */
	{BYTES("\0"), NULL},
	{BYTES("a\0"), NULL},
	{BYTES("\xff"), NULL},
	{BYTES("caf\xe9"), NULL},
	{BYTES("\xef\xbb\xbf"
	       "caf\xe9"),
		NULL},
	{BYTES("\xff\xfe"
	       "a"),
		NULL},
	{BYTES("\xff\xfe"
	       "a\0\0\0"),
		NULL},
	{BYTES("a\0b\0"), NULL},
};

TEST(rows)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		/* a copy of its own size, so that a read behind the end is seen */
		CLEANUP_FREE char *copy = mem_alloc(rows[i].n > 0 ? rows[i].n : 1);
		CLEANUP_FREE char *text = NULL;

		memcpy(copy, rows[i].bytes, rows[i].n);
		text = textfile_read(copy, rows[i].n);
		if (rows[i].text == NULL)
			check(text == NULL, "row %zu is text: %s", i, text);
		else
			check(text != NULL && strcmp(text, rows[i].text) == 0, "row %zu gave %s", i,
				text != NULL ? text : "nothing");
	}
}

/* Whatever a unit of UTF-16 is, what it becomes is valid. */
TEST(every_unit)
{
	for (unsigned c = 1; c < 0x10000; c++) {
		const char bytes[] = {(char)0xfe, (char)0xff, (char)(c >> 8), (char)c};
		CLEANUP_FREE char *text = textfile_read(bytes, sizeof(bytes));

		check(text != NULL && text[0] != '\0' &&
				utf8_char(text, strlen(text)) == strlen(text),
			"U+%04X", c);
	}
}
