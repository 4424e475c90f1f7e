#include "gateway/cors.h"

#include <stdbool.h>
#include <string.h>

#define SPACE " \t"

static const char usual[] =
	"authorization, content-type, openai-beta, openai-organization, openai-project, "
	"x-request-id, x-stainless-arch, x-stainless-async, x-stainless-custom-poll-interval, "
	"x-stainless-helper-method, x-stainless-lang, x-stainless-os, "
	"x-stainless-package-version, x-stainless-poll-helper, x-stainless-retry-count, "
	"x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout";

static bool is_token(const char *s, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789!#$%&'*+-.^_`|~";

	return n > 0 && strspn(s, letters) == n;
}

/* Where the *n bytes at s begin without the white space around them; *n becomes their number. */
static const char *trim(const char *s, size_t *n)
{
	size_t before = strspn(s, SPACE);

	s += before;
	*n -= before;
	while (*n > 0 && strchr(SPACE, s[*n - 1]) != NULL)
		--*n;
	return s;
}

void cors_add_headers(struct buf *out, const char *asked)
{
	size_t begin = out->len, len;

	for (const char *s = asked; *s != '\0'; s += strspn(s, ",")) {
		size_t n = len = strcspn(s, ",");
		const char *name = trim(s, &n);
		const char *between = out->len > begin ? ", " : "";

		if (is_token(name, n) && out->len - begin + strlen(between) + n <= CORS_HEADERS_MAX)
			buf_printf(out, "%s%.*s", between, (int)n, name);
		s += len;
	}
	if (out->len == begin)
		buf_puts(out, usual);
}
