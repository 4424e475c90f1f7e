#include "claude/headers.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* A server that wants to be left alone for longer is not believed. */
#define MAX_SECONDS (7UL * 24 * 60 * 60)

static const char *skip(const char *s, const char *characters)
{
	return s + strspn(s, characters);
}

/* Whole seconds, the next where it names a part of one; 0 for what is no number, as a date. */
static unsigned seconds_of(const char *s)
{
	char *end;
	unsigned long n;

	if (*s < '0' || *s > '9')
		return 0;
	n = strtoul(s, &end, 10);
	if (*end == '.')
		n += strspn(end + 1, "0") < strspn(end + 1, "0123456789");
	else if (*end != '"' && *end != '\'')
		return 0;
	if (n > MAX_SECONDS)
		n = MAX_SECONDS;
	return n > 0 ? (unsigned)n : 1;
}

static void on_line(struct headers *h, const char *line)
{
	static const char name[] = "retry-after";
	const char *at;

	if (strncmp(line, "[Anthropic SDK ", 15) == 0) {
		h->inside = strstr(line, "] response ") != NULL;
		h->retry_after = 0;
		return;
	}
	if (line[0] == '}')
		h->inside = false;
	at = skip(line, " \t\"'");
	if (h->inside && strncmp(at, name, sizeof(name) - 1) == 0)
		h->retry_after = seconds_of(skip(at + sizeof(name) - 1, "\"': "));
}

void headers_feed(struct headers *h, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] != '\n') {
			if (h->len < sizeof(h->line) - 1)
				h->line[h->len++] = bytes[i];
			continue;
		}
		h->line[h->len] = '\0';
		h->len = 0;
		on_line(h, h->line);
	}
}
