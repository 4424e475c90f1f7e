#include "claude/cut.h"

#include <string.h>

#include "base/utf8.h"

/* A line of the CLI and a stop sequence, which a body holds, are shorter together. */
#define HELD_MAX ((size_t)1 << 29)

bool cut_is_ours(const char *stop)
{
	return utf8_blank(stop);
}

void cut_init(struct cut *c, const struct request *request)
{
	*c = (struct cut){.request = request, .held = BUF_INIT(HELD_MAX)};
	for (size_t i = 0; i < request->n_stops; i++)
		c->needed = c->needed || cut_is_ours(request->stops[i]);
}

void cut_finish(struct cut *c)
{
	buf_finish(&c->held);
}

/* Where the first stop sequence begins in the text, or NULL. */
static const char *find_first(const struct request *r, const char *text)
{
	const char *first = NULL;

	for (size_t i = 0; i < r->n_stops; i++) {
		const char *at = cut_is_ours(r->stops[i]) ? strstr(text, r->stops[i]) : NULL;

		if (at != NULL && (first == NULL || at < first))
			first = at;
	}
	return first;
}

/* The length of the longest end of the text with which a stop sequence begins. */
static size_t open_end(const struct request *r, const char *text, size_t n)
{
	size_t longest = 0;

	for (size_t i = 0; i < r->n_stops; i++) {
		const char *stop = r->stops[i];
		size_t most = strlen(stop) - 1;

		if (!cut_is_ours(stop))
			continue;
		for (size_t len = most < n ? most : n; len > longest; len--)
			if (memcmp(text + n - len, stop, len) == 0)
				longest = len;
	}
	return longest;
}

bool cut_feed(struct cut *c, const char *text, struct buf *out)
{
	const char *stop;
	size_t sure;

	buf_puts(&c->held, text);
	text = buf_str(&c->held);
	stop = find_first(c->request, text);
	sure = stop != NULL ? (size_t)(stop - text)
			    : c->held.len - open_end(c->request, text, c->held.len);
	buf_add(out, text, sure);
	buf_drop(&c->held, sure);
	return stop != NULL;
}

void cut_flush(struct cut *c, struct buf *out)
{
	buf_add(out, buf_str(&c->held), c->held.len);
	buf_clear(&c->held);
}
