#include "turn/tool.h"

#include <ctype.h>
#include <stdio.h>
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

static void make_safe(const char *name, char out[TOOL_CLI_NAME_SIZE])
{
	size_t n = 0;

	for (; name[n] != '\0' && n + 1 < TOOL_CLI_NAME_SIZE; n++) {
		unsigned char c = (unsigned char)name[n];

		out[n] = (char)(c < 0x80 && (isalnum(c) || c == '-') ? c : '_');
	}
	out[n] = '\0';
}

const struct tool *tools_find_cli(const struct tools *t, const char *cli_name)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->list[i].cli_name, cli_name) == 0)
			return &t->list[i];
	return NULL;
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

struct tool *tools_add(struct tools *t, const char *space, const char *name)
{
	char safe[TOOL_CLI_NAME_SIZE], unique[TOOL_CLI_NAME_SIZE];
	struct tool *tool;

	make_safe(name, safe);
	snprintf(unique, sizeof(unique), "%s", safe);
	for (unsigned k = 2; tools_find_cli(t, unique) != NULL; k++)
		snprintf(unique, sizeof(unique), "%.*s_%u", TOOL_CLI_NAME_SIZE - 12, safe, k);
	t->list = mem_grow(t->list, (t->n + 1) * sizeof(*t->list));
	tool = &t->list[t->n++];
	*tool = (struct tool){
		.name = mem_strdup(name),
		.space = space != NULL ? mem_strdup(space) : NULL,
	};
	memcpy(tool->cli_name, unique, sizeof(unique));
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
	memcpy(kept.cli_name, tool->cli_name, sizeof(kept.cli_name));
	tool_finish(tool);
	*tool = kept;
	return tool;
}

void tools_cli_name(
	const struct tools *t, const char *space, const char *name, char out[TOOL_CLI_NAME_SIZE])
{
	const struct tool *tool = tools_find(t, space, name);

	if (tool != NULL)
		memcpy(out, tool->cli_name, TOOL_CLI_NAME_SIZE);
	else
		make_safe(name, out);
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
