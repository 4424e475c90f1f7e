#include "config/config.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "claude/environment.h"

#define KEY_FILE "PROXY_API_KEY_FILE"

/* A child costs about 160 MB, a worker about 3 MB. */
#define MAX_CHILDREN 128
#define MAX_WORKERS  512

static char *lookup(char *const *environment, const char *name)
{
	size_t n = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
			return *environment + n + 1;
	return NULL;
}

/* The variable's value, or `otherwise`: a variable that is empty counts as one that is not set. */
static const char *value_or(char *const *environment, const char *name, const char *otherwise)
{
	const char *value = lookup(environment, name);

	return value != NULL && value[0] != '\0' ? value : otherwise;
}

static unsigned long parse_number(const char *s, const char **end)
{
	char *stop;
	unsigned long n;

	*end = s;
	if (s[0] < '0' || s[0] > '9')
		return 0;
	errno = 0;
	n = strtoul(s, &stop, 10);
	*end = errno == 0 ? stop : s;
	return n;
}

struct number {
	const char *name;
	unsigned otherwise, min, max;
	size_t offset; /* of an unsigned in struct config */
};

static const struct number numbers[] = {
	{"PROXY_WORKERS", 12, 1, MAX_WORKERS, offsetof(struct config, workers)},
	{"PROXY_CHILDREN", 6, 1, MAX_CHILDREN, offsetof(struct config, children)},
	{"PROXY_SPARES", 1, 0, MAX_CHILDREN, offsetof(struct config, spares)},
	{"PROXY_PARKED", 4, 0, MAX_CHILDREN, offsetof(struct config, parked)},
	{"PROXY_CHILD_MEMORY", 4096, 1024, 1 << 20, offsetof(struct config, child_mib)},
	{"PROXY_QUEUE_SECONDS", 30, 1, 3600, offsetof(struct config, queue_seconds)},
	{"PROXY_START_SECONDS", 30, 1, 600, offsetof(struct config, start_seconds)},
	{"PROXY_SPARE_SECONDS", 3600, 1, 86400, offsetof(struct config, spare_seconds)},
	{"PROXY_PARK_SECONDS", 300, 1, 86400, offsetof(struct config, park_seconds)},
	{"PROXY_FIRST_SECONDS", 180, 1, 3600, offsetof(struct config, first_seconds)},
	{"PROXY_IDLE_SECONDS", 600, 1, 3600, offsetof(struct config, idle_seconds)},
	{"PROXY_REQUEST_SECONDS", 1800, 1, 86400, offsetof(struct config, request_seconds)},
	{"PROXY_HEARTBEAT_SECONDS", 15, 1, 300, offsetof(struct config, heartbeat_seconds)},
	{"PROXY_DRAIN_SECONDS", 30, 1, 3600, offsetof(struct config, drain_seconds)},
};

static void load_numbers(struct config *c, char *const *environment, struct buf *faults)
{
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		const struct number *n = &numbers[i];
		const char *text = value_or(environment, n->name, NULL);
		unsigned long value = n->otherwise;
		const char *end = "";

		if (text != NULL)
			value = parse_number(text, &end);
		if (*end != '\0' || end == text || value < n->min || value > n->max) {
			buf_printf(faults, "%s must be a whole number from %u to %u\n", n->name,
				n->min, n->max);
			value = n->otherwise;
		}
		*(unsigned *)((char *)c + n->offset) = (unsigned)value;
	}
	if (c->workers < c->children + CONFIG_SPARE_WORKERS)
		buf_puts(faults,
			"PROXY_WORKERS must be at least PROXY_CHILDREN + 2, so that /health answers while every child is busy\n");
}

static void load_key(struct config *c, char *const *environment, struct buf *faults)
{
	const char *text = value_or(environment, CONFIG_KEY, NULL);
	struct api_key key = {.label = "default"};
	struct err err;

	c->key_file = value_or(environment, KEY_FILE, "");
	if (text == NULL && c->key_file[0] != '\0')
		return;
	if (text == NULL) {
		buf_puts(faults,
			"neither " CONFIG_KEY " nor " KEY_FILE
			" is set: choose a secret that clients will send, for example " CONFIG_KEY
			"=$(openssl rand -hex 32)\n");
	} else if (strpbrk(text, " \t\r\n") != NULL) {
		buf_puts(faults, CONFIG_KEY " must not contain white space\n");
	} else {
		keys_hash(key.hash, text);
		if (keys_add(&c->keys, &key, &err) < 0)
			buf_printf(faults, CONFIG_KEY ": %s\n", err.message);
		c->own_keys = c->keys.n;
	}
}

static void load_size(struct config *c, char *const *environment, struct buf *faults)
{
	const char *end;
	unsigned long n = parse_number(value_or(environment, "PROXY_MAX_BODY", "1m"), &end);
	unsigned shift = 0;

	if (*end == 'k' || *end == 'K')
		shift = 10;
	if (*end == 'm' || *end == 'M')
		shift = 20;
	if (shift > 0)
		end++;
	if (*end != '\0' || n == 0 || n > (256UL << 20) >> shift)
		buf_puts(faults,
			"PROXY_MAX_BODY must be a size up to 256m, such as 1048576, 512k or 1m\n");
	else
		c->max_body = n << shift;
}

/* The index of `text` among the n names, n if it is none of them. */
static size_t index_of(const char *text, const char *const *names, size_t n)
{
	size_t i = 0;

	while (i < n && strcmp(text, names[i]) != 0)
		i++;
	return i;
}

static void load_log(struct config *c, char *const *environment, struct buf *faults)
{
	static const char *const levels[] = {"error", "warn", "info", "debug"};
	static const char *const formats[] = {"logfmt", "json"};
	size_t level =
		index_of(value_or(environment, "PROXY_LOG", "info"), levels, ARRAY_LEN(levels));
	size_t format = index_of(
		value_or(environment, "PROXY_LOG_FORMAT", "logfmt"), formats, ARRAY_LEN(formats));

	if (level == ARRAY_LEN(levels))
		buf_puts(faults, "PROXY_LOG must be error, warn, info or debug\n");
	else
		c->log_level = (enum log_level)level;
	if (format == ARRAY_LEN(formats))
		buf_puts(faults, "PROXY_LOG_FORMAT must be logfmt or json\n");
	else
		c->log_format = (enum log_format)format;
}

static void load_models(struct config *c, char *const *environment, struct buf *faults)
{
	const char *model = value_or(environment, "CLAUDE_MODEL", "sonnet");
	struct err err;

	if (model_name_fits(model) && model[0] != '-')
		snprintf(c->model, sizeof(c->model), "%s", model);
	else
		buf_puts(faults, "CLAUDE_MODEL must be a model name such as sonnet\n");
	c->aliases = value_or(environment, "PROXY_MODEL_ALIASES", "");
	if (model_check_aliases(c->aliases, &err) < 0)
		buf_printf(faults, "PROXY_MODEL_ALIASES: %s\n", err.message);
}

static void load_strict(struct config *c, char *const *environment, struct buf *faults)
{
	const char *text = value_or(environment, "PROXY_STRICT", "0");

	if (strcmp(text, "0") != 0 && strcmp(text, "1") != 0)
		buf_puts(faults, "PROXY_STRICT must be 0 or 1\n");
	c->strict = strcmp(text, "1") == 0;
}

static void load_passed(struct config *c, char *const *environment, struct buf *faults)
{
	c->pass_env = value_or(environment, "PROXY_PASS_ENV", "");
	environment_check(c->pass_env, faults);
}

/*
 * Origins go into response headers, so they must be printable ASCII without spaces. Each must have
 * a scheme, as a browser's Origin has one.
 */
static void load_origins(struct config *c, char *const *environment, struct buf *faults)
{
	bool fits = true;

	c->origins = value_or(environment, "PROXY_ALLOWED_ORIGINS", "");
	for (const char *s = c->origins; *s != '\0'; s++)
		fits = fits && *s > ' ' && *s < 0x7f;
	for (const char *s = c->origins; *s != '\0'; s += strspn(s, ",")) {
		size_t n = strcspn(s, ",");

		fits = fits && memmem(s, n, "://", 3) != NULL && s[n - 1] != '/';
		s += n;
	}
	if (!fits)
		buf_puts(faults,
			"PROXY_ALLOWED_ORIGINS must be a list such as https://app.example.org,http://localhost:3000\n");
}

const char *config_find_origin(const struct config *c, const char *origin, size_t *n)
{
	for (const char *s = c->origins; *s != '\0'; s += strspn(s, ",")) {
		*n = strcspn(s, ",");
		if (strlen(origin) == *n && strncmp(s, origin, *n) == 0)
			return s;
		s += *n;
	}
	return NULL;
}

int config_load(struct config *c, char *const *environment, struct buf *faults)
{
	size_t before = faults->len;

	*c = (struct config){.claude_bin = value_or(environment, "CLAUDE_BIN", "claude")};
	load_key(c, environment, faults);
	load_log(c, environment, faults);
	load_models(c, environment, faults);
	load_size(c, environment, faults);
	load_numbers(c, environment, faults);
	load_strict(c, environment, faults);
	load_passed(c, environment, faults);
	load_origins(c, environment, faults);
	return faults->len > before ? -1 : 0;
}
