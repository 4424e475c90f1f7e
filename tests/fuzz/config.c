/* An environment, a variable a line: each fault is named, and what is taken is within bounds. */
#include "fuzz/fuzz.h"

#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "config/config.h"

#define MAX_VARIABLES 64

static void check_bounds(const struct config *c)
{
	assert(c->workers >= c->children + CONFIG_SPARE_WORKERS && c->workers <= 512);
	assert(c->children >= 1 && c->children <= 64 && c->spares <= 64 && c->parked <= 64);
	assert(c->max_body >= 1 && c->max_body <= (size_t)256 << 20);
	assert(c->queue_seconds >= 1 && c->start_seconds >= 1);
	assert(c->first_seconds >= 1 && c->idle_seconds >= 1);
	assert(c->request_seconds >= 1 && c->request_seconds <= 86400);
	assert(c->heartbeat_seconds >= 1 && c->drain_seconds >= 1);
	assert(c->keys.n == 1 || c->key_file[0] != '\0');
	assert(model_name_fits(c->model) && c->model[0] != '-');
	assert(c->log_level <= LOG_LEVEL_DEBUG);
}

/* They go into headers, and each must be found by itself. */
static void check_origins(const struct config *c)
{
	for (const char *s = c->origins; *s != '\0'; s += strspn(s, ",")) {
		size_t n = strcspn(s, ","), found = 0;
		CLEANUP_FREE char *origin = fuzz_text((const uint8_t *)s, n);
		const char *entry = n > 0 ? config_find_origin(c, origin, &found) : s;

		for (size_t i = 0; i < n; i++)
			assert(s[i] > ' ' && s[i] < 0x7f);
		assert(entry != NULL && (n == 0 || (found == n && strncmp(entry, s, n) == 0)));
		s += n;
	}
}

/* Whatever name a client gives becomes a model's, or an error that it can read. */
static void check_models(const struct config *c)
{
	static const char *const asked[] = {"", "gpt-4o", "a", "*", "claude-3-5-haiku", "SONNET",
		"opus[1m]", "anthropic/claude-opus-4.1", "claude-opus"};
	const struct model_rules rules = {
		.preferred = c->model, .aliases = c->aliases, .offered = model_families()};
	struct model_rules without = rules;

	without.aliases = "";
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		char name[MODEL_NAME_SIZE], again[MODEL_NAME_SIZE];
		struct err err = {0};

		if (model_resolve(&rules, asked[i], name, &err) < 0) {
			fuzz_check_err(&err);
			continue;
		}
		assert(model_name_fits(name));
		assert(model_resolve(&without, name, again, &err) == 0 && strcmp(name, again) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *text = fuzz_text(data, n);
	CLEANUP_BUF struct buf faults = BUF_INIT((size_t)1 << 16);
	char *environment[MAX_VARIABLES + 1] = {NULL};
	char *line = text;
	struct config c;
	int result;

	for (size_t i = 0; i < MAX_VARIABLES && line != NULL; i++)
		environment[i] = strsep(&line, "\n");
	result = config_load(&c, environment, &faults);
	assert((result == 0) == (faults.len == 0));
	assert(faults.len == 0 || faults.data[faults.len - 1] == '\n');
	if (result == 0) {
		check_bounds(&c);
		check_origins(&c);
		check_models(&c);
	}
	secret_forget(environment, "PROXY_API_KEY");
	return 0;
}
