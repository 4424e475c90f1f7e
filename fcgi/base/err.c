#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static const char *const names[] = {
	[ERR_NONE] = "none",
	[ERR_INVALID] = "invalid",
	[ERR_UNSUPPORTED] = "unsupported",
	[ERR_CONTEXT] = "context",
	[ERR_KEY] = "key",
	[ERR_ORIGIN] = "origin",
	[ERR_NOT_FOUND] = "not_found",
	[ERR_MODEL] = "model",
	[ERR_METHOD] = "method",
	[ERR_UPGRADE] = "upgrade",
	[ERR_TOO_LARGE] = "too_large",
	[ERR_MEDIA_TYPE] = "media_type",
	[ERR_RATE_LIMIT] = "rate_limit",
	[ERR_QUOTA] = "quota",
	[ERR_LOGIN] = "login",
	[ERR_INTERNAL] = "internal",
	[ERR_UPSTREAM] = "upstream",
	[ERR_OVERLOADED] = "overloaded",
	[ERR_TIMEOUT] = "timeout",
	[ERR_GONE] = "client_gone",
};
_Static_assert(ARRAY_LEN(names) == ERR_KINDS, "every kind of error has a name");

const char *err_name(enum err_kind kind)
{
	return names[kind];
}

/* vsnprintf may have cut a character in two: drop what is left of it. */
static void trim_cut_character(char *s)
{
	size_t n = strlen(s), tail = 0;

	while (tail < n && tail < 3 && ((unsigned char)s[n - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail < n && ((unsigned char)s[n - 1 - tail] & 0xc0) == 0xc0)
		s[n - 1 - tail] = '\0';
}

__attribute__((format(printf, 4, 0))) static void set(
	struct err *e, enum err_kind kind, const char *param, const char *fmt, va_list ap)
{
	int n;

	e->kind = kind;
	e->retry_after = 0;
	snprintf(e->param, sizeof(e->param), "%s", param);
	n = vsnprintf(e->message, sizeof(e->message), fmt, ap);
	if (n >= (int)sizeof(e->message))
		trim_cut_character(e->message);
}

int err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(e, kind, "", fmt, ap);
	va_end(ap);
	return -1;
}

int err_param(struct err *e, enum err_kind kind, const char *param, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set(e, kind, param, fmt, ap);
	va_end(ap);
	return -1;
}
