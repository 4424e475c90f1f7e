#include "claude/cut.h"

#include <string.h>

#include "base/mem.h"
#include "support/check.h"

TEST(which_are_ours)
{
	static const struct {
		const char *stop;
		bool ours;
	} rows[] = {
		{"\n", true}, {"\n\n", true}, {" ", true}, {"\t\r\n", true},
		{"\xc2\xa0", true},     /* no-break space */
		{"\xe3\x80\x80", true}, /* ideographic space */
		{"END", false}, {"\nUser:", false},
		{"\xe2\x80\x8b", false}, /* zero width space, which is none by Unicode */
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		check(cut_is_ours(rows[i].stop) == rows[i].ours, "row %zu", i);
}

/* Pieces of the text are divided by |, and what is given out for each by | as well. */
static const struct {
	const char *stops[REQUEST_MAX_STOPS];
	const char *pieces, *given;
	bool stopped; /* with the last piece */
} texts[] = {
	{{"\n"}, "one\ntwo", "one", true},
	{{"\n"}, "one|two", "one|two|", false},
	{{"\n"}, "one|\n", "one|", true},
	{{"\n"}, "\none", "", true},
	{{"\n\n"}, "one\ntwo\n\nthree", "one\ntwo", true},
	{{"\n\n"}, "one\n|\ntwo", "one|", true},
	{{"\n\n"}, "one\n|two", "one|\ntwo|", false},
	{{"\n\n"}, "one\n", "one|\n", false},
	{{"\n\n"}, "a|\n|b|\n|\n", "a||\nb||", true},
	{{" \n"}, "a | \n", "a| ", true},
	{{"\r\n", "\n\n"}, "a\r|\r|\n", "a|\r|", true},
	/* the first in the text, whichever it is */
	{{"\n\n", "\t"}, "a\tb\n\n", "a", true},
	/* those of the API's are none of ours */
	{{"END"}, "aENDb", "aENDb|", false},
	{{"END", "\n"}, "aEND\nb", "aEND", true},
	{{NULL}, "a\nb", "a\nb|", false},
};

TEST(texts)
{
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		CLEANUP(request_finish) struct request req;
		CLEANUP_BUF struct buf given = BUF_INIT(1000);
		CLEANUP_FREE char *pieces = mem_strdup(texts[i].pieces);
		struct cut c;
		bool stopped = false;

		request_init(&req);
		for (; req.n_stops < REQUEST_MAX_STOPS && texts[i].stops[req.n_stops] != NULL;
			req.n_stops++)
			req.stops[req.n_stops] = mem_strdup(texts[i].stops[req.n_stops]);
		cut_init(&c, &req);
		if (texts[i].stopped)
			assert_true(c.needed);
		for (char *rest = pieces, *piece; (piece = strsep(&rest, "|")) != NULL;) {
			assert_false(stopped);
			stopped = cut_feed(&c, piece, &given);
			if (!stopped)
				buf_puts(&given, "|");
		}
		if (!stopped)
			cut_flush(&c, &given);
		check(stopped == texts[i].stopped, "text %zu: %d", i, stopped);
		check(strcmp(buf_str(&given), texts[i].given) == 0, "text %zu: '%s'", i,
			buf_str(&given));
		cut_finish(&c);
	}
}
