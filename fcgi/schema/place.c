#include "schema/place.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

/* A key may have any length, and stands in the places of all that is below it: it is cut there. */
#define NAME_MAX_KEPT 1024
#define PLACE_MAX     ((size_t)1 << 20)
#define IN_MESSAGE    200

static int kept_length(const char *name)
{
	size_t n = strnlen(name, NAME_MAX_KEPT + 1);

	if (n > NAME_MAX_KEPT)
		for (n = NAME_MAX_KEPT; n > 0 && ((unsigned char)name[n] & 0xc0) == 0x80;)
			n--;
	return (int)n;
}

static void print(struct buf *out, const struct schema_place *at)
{
	if (at->up != NULL)
		print(out, at->up);
	if (at->name == NULL)
		buf_printf(out, "[%d]", at->index);
	else
		buf_printf(
			out, "%s%.*s", at->up != NULL ? "." : "", kept_length(at->name), at->name);
}

/*
 * Returns a copy of the text that takes `size` bytes at most with its NUL, for the caller to free.
 * A longer text loses its middle, between two characters.
 */
static char *shorten(const char *text, size_t size)
{
	static const char gap[] = "...";
	size_t n = strlen(text), half = (size - sizeof(gap)) / 2, tail = n - half;
	char *s;

	if (n < size)
		return mem_strdup(text);
	while (half > 0 && ((unsigned char)text[half] & 0xc0) == 0x80)
		half--;
	while (((unsigned char)text[tail] & 0xc0) == 0x80)
		tail++;
	s = mem_alloc(size);
	snprintf(s, size, "%.*s%s%s", (int)half, text, gap, text + tail);
	return s;
}

void schema_place_ignore(const struct schema_place *at, const char *member, struct ignored *ignored)
{
	CLEANUP_BUF struct buf text = BUF_INIT(PLACE_MAX);

	print(&text, &(struct schema_place){at, member, 0});
	ignored_add(ignored, buf_str(&text));
}

int schema_place_refuse(const struct schema_place *at, const char *must, struct err *err)
{
	CLEANUP_BUF struct buf text = BUF_INIT(PLACE_MAX);
	CLEANUP_FREE char *param = NULL;
	CLEANUP_FREE char *name = NULL;

	print(&text, at);
	param = shorten(buf_str(&text), sizeof(err->param));
	name = shorten(buf_str(&text), IN_MESSAGE);
	return err_param(err, ERR_INVALID, param, "'%s' must be %s.", name, must);
}
