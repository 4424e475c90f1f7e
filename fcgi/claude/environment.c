#include "claude/environment.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "claude/variables.h"

#define LEFT_OUT_BYTES 560
#define SHOWN_BYTES    64

/* A cloud's own login, which is the CLI's business when one of `switches` is on. */
static const struct cloud {
	const char *switches[4]; /* up to the first NULL */
	const char *prefix;      /* of the names that are worth a word when they are left out */
	const char *const *names;
} clouds[] = {
	{{"CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_MANTLE", "CLAUDE_CODE_USE_ANTHROPIC_AWS"},
		"AWS_*", variables_of_aws},
	{{"CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD"}, "GOOGLE_*",
		variables_of_google},
	{{"CLAUDE_CODE_USE_FOUNDRY"}, "AZURE_*", variables_of_azure},
};

struct sieve {
	bool on[ARRAY_LEN(clouds)];
	const char *more;
};

const char *environment_value(const char *const *environment, const char *name)
{
	size_t n = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
			return *environment + n + 1;
	return NULL;
}

/* As the CLI reads a switch. */
static bool says_yes(const char *value)
{
	static const char *const words[] = {"1", "true", "yes", "on"};
	static const char blank[] = " \t\r\n\v\f";
	size_t n;

	value += strspn(value, blank);
	n = strlen(value);
	while (n > 0 && strchr(blank, value[n - 1]) != NULL)
		n--;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == n && strncasecmp(words[i], value, n) == 0)
			return true;
	return false;
}

static bool is_on(const struct cloud *cloud, const char *const *environment)
{
	for (const char *const *name = cloud->switches; *name != NULL; name++) {
		const char *value = environment_value(environment, *name);

		if (value != NULL && says_yes(value))
			return true;
	}
	return false;
}

static struct sieve make_sieve(char *const *environment, const char *more)
{
	struct sieve s = {.more = more};

	for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
		s.on[i] = is_on(&clouds[i], (const char *const *)environment);
	return s;
}

/* Whether `pattern` names the variable whose name is the first n bytes of `name`. */
static bool names(const char *pattern, const char *name, size_t n)
{
	size_t len = strcspn(pattern, "*");

	return strncmp(pattern, name, len) == 0 && (pattern[len] == '*' ? n >= len : n == len);
}

static bool is_one_of(const char *const *patterns, const char *name, size_t n)
{
	for (; *patterns != NULL; patterns++)
		if (names(*patterns, name, n))
			return true;
	return false;
}

static bool is_fixed(const char *name, size_t n)
{
	for (const char *const *ours = variables_fixed; *ours != NULL; ours++)
		if (strncmp(*ours, name, n) == 0 && (*ours)[n] == '=')
			return true;
	return false;
}

static bool is_denied(const char *name, size_t n)
{
	return is_fixed(name, n) || is_one_of(variables_own, name, n) ||
	       is_one_of(variables_denied, name, n);
}

static bool is_more(const char *more, const char *name, size_t n)
{
	for (size_t len; *more != '\0'; more += len + (more[len] == ',')) {
		len = strcspn(more, ",");
		if (len == n && strncmp(more, name, n) == 0)
			return true;
	}
	return false;
}

static bool passes(const struct sieve *s, const char *entry)
{
	size_t n = strcspn(entry, "=");

	if (entry[n] == '\0' || n == 0 || is_denied(entry, n))
		return false;
	if (is_one_of(variables_always, entry, n) || is_more(s->more, entry, n))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
		if (s->on[i] && is_one_of(clouds[i].names, entry, n))
			return true;
	return false;
}

static size_t count_of(const char *const *list)
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

const char **environment_make(char *const *environment, const char *more)
{
	struct sieve s = make_sieve(environment, more);
	size_t n = 0, count = count_of((const char *const *)environment);
	const char **env = mem_alloc((count + count_of(variables_fixed) + 1) * sizeof(*env));

	for (; *environment != NULL; environment++)
		if (passes(&s, *environment))
			env[n++] = *environment;
	for (const char *const *ours = variables_fixed; *ours != NULL; ours++)
		env[n++] = *ours;
	return env;
}

/* Letters, digits and _, and no digit first. */
static bool is_name(const char *s, size_t n)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	return n > 0 && strspn(s, letters) >= n && (s[0] < '0' || s[0] > '9');
}

static bool is_as_fixed(const char *entry)
{
	for (const char *const *ours = variables_fixed; *ours != NULL; ours++)
		if (strcmp(*ours, entry) == 0)
			return true;
	return false;
}

static bool is_left_out(const struct sieve *s, const char *entry)
{
	static const char *const meant[] = {"CLAUDE_*", "CLAUDECODE", "ANTHROPIC_*", NULL};
	size_t n = strcspn(entry, "=");
	bool is_meant = is_one_of(meant, entry, n);

	for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
		is_meant = is_meant || (s->on[i] && names(clouds[i].prefix, entry, n));
	return is_meant && entry[n] == '=' && is_name(entry, n) && !passes(s, entry) &&
	       !is_one_of(variables_own, entry, n) && !is_as_fixed(entry);
}

void environment_left_out(char *const *environment, const char *more, struct buf *out)
{
	struct sieve s = make_sieve(environment, more);
	size_t start = out->len, unsaid = 0;

	for (; *environment != NULL; environment++) {
		size_t n = strcspn(*environment, "=");

		if (!is_left_out(&s, *environment))
			continue;
		if (unsaid > 0 || out->len - start + n + 2 > LEFT_OUT_BYTES)
			unsaid++;
		else
			buf_printf(
				out, "%s%.*s", out->len > start ? ", " : "", (int)n, *environment);
	}
	if (unsaid > 0)
		buf_printf(out, "%s%zu more", out->len > start ? " and " : "", unsaid);
}

/* A value that slipped into the list is not shown. */
static void add_not_a_name(struct buf *faults, const char *s, size_t n)
{
	char shown[SHOWN_BYTES + 1];
	size_t len = strcspn(s, "=,");

	len = len < n ? len : n;
	len = len < SHOWN_BYTES ? len : SHOWN_BYTES;
	for (size_t i = 0; i < len; i++)
		shown[i] = (char)(s[i] < ' ' || s[i] > '~' ? '?' : s[i]);
	shown[len] = '\0';
	buf_printf(faults,
		"PROXY_PASS_ENV must be a list such as NAME,OTHER_NAME: \"%s\" is not the name of a variable\n",
		shown);
}

int environment_check(const char *more, struct buf *faults)
{
	size_t before = faults->len;
	const char *s = more;

	for (size_t n; *more != '\0'; s += n + 1) {
		n = strcspn(s, ",");
		if (!is_name(s, n))
			add_not_a_name(faults, s, n);
		else if (is_denied(s, n))
			buf_printf(faults, "PROXY_PASS_ENV: %.*s is never passed to claude\n",
				n < 200 ? (int)n : 200, s);
		if (s[n] == '\0')
			break;
	}
	return faults->len > before ? -1 : 0;
}
