#include "claude/catalog.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

#include "base/mem.h"

enum { UNKNOWN, WRITING, KNOWN };

struct catalog {
	atomic_int state;
	struct model_list models;
	atomic_uint_least64_t
		version; /* one number, so that nobody reads half of it: 16.16.32 bits */
	atomic_int login;
};

struct catalog *catalog_create(void)
{
	return mem_share(sizeof(struct catalog));
}

void catalog_destroy(struct catalog *c)
{
	mem_unshare(c, sizeof(*c));
}

const struct model_list *catalog_models(const struct catalog *c)
{
	return atomic_load(&c->state) == KNOWN ? &c->models : NULL;
}

static void learn_models(struct catalog *c, const struct model_list *models)
{
	int unknown = UNKNOWN;

	if (models->n == 0 || !atomic_compare_exchange_strong(&c->state, &unknown, WRITING))
		return;
	c->models = *models;
	atomic_store(&c->state, KNOWN);
}

void catalog_learn(struct catalog *c, const struct about *about)
{
	unsigned major, minor, patch;

	learn_models(c, &about->models);
	if (sscanf(about->version, "%u.%u.%u", &major, &minor, &patch) == 3)
		atomic_store(&c->version, (uint64_t)(major & 0xffff) << 48 |
						  (uint64_t)(minor & 0xffff) << 32 | patch);
	if (about->login != LOGIN_UNKNOWN)
		atomic_store(&c->login, (int)about->login);
}

void catalog_tell(const struct catalog *c, struct about *about)
{
	uint64_t v = atomic_load(&c->version);

	*about = (struct about){.login = (enum login)atomic_load(&c->login)};
	if (v != 0)
		snprintf(about->version, sizeof(about->version), "%u.%u.%u", (unsigned)(v >> 48),
			(unsigned)(v >> 32 & 0xffff), (unsigned)v);
	if (atomic_load(&c->state) == KNOWN)
		about->models = c->models;
}
