#include "claude/meant.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "claude/mcp.h"

static bool is_word(char c)
{
	return (unsigned char)c >= 0x80 || isalnum((unsigned char)c) != 0;
}

/* What is left when every prefix that was offered is taken off, or NULL where there is none. */
static const char *after_prefix(const char *name)
{
	size_t n = strlen(MCP_TOOL_PREFIX);

	return strncmp(name, MCP_TOOL_PREFIX, n) == 0 ? name + n : NULL;
}

/* The client's own names may begin with the prefix, so each step is looked up. */
static const struct tool *find_offered(const struct aliases *aliases, const char *name)
{
	const struct tool *tool = NULL;

	while (tool == NULL && (name = after_prefix(name)) != NULL)
		tool = aliases_find(aliases, name);
	return tool;
}

/* Past the words that stand before a name in one program or another: mcp__c__, functions. */
static const char *skip_wrapping(const char *name)
{
	static const char *const words[] = {
		"c", "default_api", "function", "functions", "mcp", "tool", "tools"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = strlen(words[i]);

		if (strncasecmp(name, words[i], n) != 0 || is_word(name[n]))
			continue;
		while (name[n] != '\0' && !is_word(name[n]))
			n++;
		if (name[n] != '\0')
			return skip_wrapping(name + n);
	}
	return name;
}

/* The same letters and digits, whatever their case and what stands between. */
static bool reads_like(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (*a != '\0' && !is_word(*a))
			a++;
		while (*b != '\0' && !is_word(*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (*a == '\0')
			return true;
	}
}

/* The name behind that of its namespace, which the client's prompt may have it by. */
static bool reads_like_spaced(const struct tool *t, const char *name)
{
	size_t n = t->space != NULL ? strlen(t->space) : 0;

	return n > 0 && strncasecmp(name, t->space, n) == 0 && !is_word(name[n]) &&
	       reads_like(t->name, name + n);
}

static const struct tool *find_alike(const struct aliases *aliases, const char *name)
{
	const struct tools *tools = aliases->tools;
	const struct tool *found = NULL;

	for (size_t i = 0; i < tools->n; i++) {
		const struct tool *t = &tools->list[i];

		if (!reads_like(t->name, name) && !reads_like(aliases->list[i], name) &&
			!reads_like_spaced(t, name))
			continue;
		if (found != NULL)
			return NULL;
		found = t;
	}
	return found;
}

const struct tool *meant_tool(const struct aliases *aliases, const char *name)
{
	const struct tool *tool = find_offered(aliases, name);

	if (tool == NULL)
		tool = tools_find(aliases->tools, NULL, name);
	if (tool == NULL)
		tool = find_alike(aliases, name);
	if (tool == NULL)
		tool = find_alike(aliases, skip_wrapping(name));
	return tool;
}
