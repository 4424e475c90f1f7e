#include "turn/ignored.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* The room that must be left behind a name for the end of a list that is cut. */
#define MORE_MAX sizeof(", +18446744073709551615 more")

/* How many dots stand for what a name loses. */
#define GAP 3

void ignored_finish(struct ignored *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->names[i]);
	free(g->names);
	*g = (struct ignored){0};
}

static bool is_plain(unsigned char c)
{
	return c > ' ' && c < 0x7f && c != ',' && c != '%';
}

static char *escape(const char *name)
{
	char *escaped = mem_alloc(strlen(name) * 3 + 1), *p = escaped;

	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if (is_plain(c))
			*p++ = (char)c;
		else
			p += sprintf(p, "%%%02X", c);
	}
	*p = '\0';
	return escaped;
}

static void shorten(char *name)
{
	size_t n = strlen(name), kept = (IGNORED_NAME_MAX - GAP) / 2;

	if (n <= IGNORED_NAME_MAX)
		return;
	memset(name + kept, '.', GAP);
	memmove(name + kept + GAP, name + n - kept, kept + 1);
}

static bool has(const struct ignored *g, const char *name)
{
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->names[i], name) == 0)
			return true;
	return false;
}

void ignored_add(struct ignored *g, const char *name)
{
	char *escaped = escape(name);

	shorten(escaped);
	if (has(g, escaped)) {
		free(escaped);
	} else if (g->n == IGNORED_MAX) {
		g->more++;
		free(escaped);
	} else {
		g->names = mem_grow(g->names, (g->n + 1) * sizeof(*g->names));
		g->names[g->n++] = escaped;
	}
}

void ignored_add_member(struct ignored *g, const char *at, const char *member)
{
	size_t size = strlen(at) + strlen(member) + sizeof(".");
	CLEANUP_FREE char *name = mem_alloc(size);

	snprintf(name, size, "%s.%s", at, member);
	ignored_add(g, name);
}

const char *ignored_first(const struct ignored *g)
{
	return g->n > 0 ? g->names[0] : NULL;
}

void ignored_print(struct buf *out, const struct ignored *g)
{
	size_t start = out->len, shown = 0;

	for (; shown < g->n; shown++) {
		bool last = shown + 1 == g->n && g->more == 0;
		size_t room = IGNORED_TEXT_MAX - (out->len - start) - (last ? 0 : MORE_MAX);

		if (strlen(g->names[shown]) + 2 > room)
			break;
		buf_printf(out, "%s%s", shown > 0 ? ", " : "", g->names[shown]);
	}
	if (shown < g->n || g->more > 0)
		buf_printf(out, "%s+%zu more", shown > 0 ? ", " : "", g->n - shown + g->more);
}
