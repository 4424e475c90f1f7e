#include "claude/aliases.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void make_safe(const char *name, char out[ALIAS_SIZE])
{
	size_t n = 0;

	for (; name[n] != '\0' && n + 1 < ALIAS_SIZE; n++) {
		unsigned char c = (unsigned char)name[n];

		out[n] = (char)(c < 0x80 && (isalnum(c) || c == '-') ? c : '_');
	}
	out[n] = '\0';
}

/* Whether one of the first n tools has the alias. */
static bool is_taken(const struct aliases *a, size_t n, const char *alias)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(a->list[i], alias) == 0)
			return true;
	return false;
}

/* The tools before it have theirs, and keep them when a tool is added behind. */
static void make(struct aliases *a, size_t i)
{
	char safe[ALIAS_SIZE];

	make_safe(a->tools->list[i].name, safe);
	memcpy(a->list[i], safe, ALIAS_SIZE);
	for (unsigned k = 2; is_taken(a, i, a->list[i]); k++)
		snprintf(a->list[i], ALIAS_SIZE, "%.*s_%u", ALIAS_SIZE - 12, safe, k);
}

void aliases_init(struct aliases *a, const struct tools *tools)
{
	*a = (struct aliases){.tools = tools};
	if (tools->n > 0)
		a->list = mem_alloc(tools->n * sizeof(*a->list));
	for (size_t i = 0; i < tools->n; i++)
		make(a, i);
}

void aliases_finish(struct aliases *a)
{
	free(mem_steal(&a->list));
}

const struct tool *aliases_find(const struct aliases *a, const char *alias)
{
	for (size_t i = 0; i < a->tools->n; i++)
		if (strcmp(a->list[i], alias) == 0)
			return &a->tools->list[i];
	return NULL;
}

void aliases_of(const struct aliases *a, const char *space, const char *name, char out[ALIAS_SIZE])
{
	const struct tool *tool = tools_find(a->tools, space, name);

	if (tool != NULL)
		memcpy(out, a->list[tool - a->tools->list], ALIAS_SIZE);
	else
		make_safe(name, out);
}
