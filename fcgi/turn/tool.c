#include "turn/tool.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "turn/tool_names.h"

static void tool_finish(struct tool *tool)
{
	free(tool->name);
	free(tool->space);
	free(tool->description);
	free(tool->schema);
	free(tool->param);
	tool_names_destroy(tool->names);
	*tool = (struct tool){0};
}

void tools_finish(struct tools *t)
{
	for (size_t i = 0; i < t->n; i++)
		tool_finish(&t->list[i]);
	free(t->list);
	*t = (struct tools){0};
}

void tool_add_plain_id(const char *id, char *out, size_t size)
{
	size_t n = strlen(out);

	for (; *id != '\0' && n + 1 < size; id++)
		if ((unsigned char)*id < 0x80 && isalnum((unsigned char)*id))
			out[n++] = *id;
	out[n] = '\0';
}

static bool same_space(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

const struct tool *tools_find(const struct tools *t, const char *space, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->list[i].name, name) == 0 && same_space(t->list[i].space, space))
			return &t->list[i];
	return NULL;
}

const struct tool *tools_find_called(const struct tools *t, const char *space, const char *name)
{
	const struct tool *exact = tools_find(t, space, name);

	if (exact != NULL)
		return exact;
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->list[i].name, name) == 0)
			return &t->list[i];
	return NULL;
}

struct tool *tools_add(struct tools *t, const char *space, const char *name)
{
	struct tool *tool;

	t->list = mem_grow(t->list, (t->n + 1) * sizeof(*t->list));
	tool = &t->list[t->n++];
	*tool = (struct tool){
		.name = mem_strdup(name),
		.space = space != NULL ? mem_strdup(space) : NULL,
	};
	return tool;
}

struct tool *tools_declare(struct tools *t, const char *space, const char *name)
{
	const struct tool *found = tools_find(t, space, name);
	struct tool *tool, kept = {0};

	if (found == NULL)
		return tools_add(t, space, name);
	tool = &t->list[found - t->list];
	kept.name = mem_steal(&tool->name);
	kept.space = mem_steal(&tool->space);
	tool_finish(tool);
	*tool = kept;
	return tool;
}

void tools_keep(
	struct tools *t, bool (*keep)(const struct tool *tool, const void *arg), const void *arg)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (keep(&t->list[i], arg))
			t->list[kept++] = t->list[i];
		else
			tool_finish(&t->list[i]);
	}
	t->n = kept;
}
