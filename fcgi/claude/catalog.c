#include "claude/catalog.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { UNKNOWN, WRITING, KNOWN };

struct catalog {
	atomic_int state;
	struct model_list models;
};

struct catalog *catalog_create(void)
{
	void *p = mmap(NULL, sizeof(struct catalog), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("claude-code-proxy: mmap");
		_Exit(70);
	}
	return p;
}

void catalog_destroy(struct catalog *c)
{
	munmap(c, sizeof(*c));
}

const struct model_list *catalog_models(const struct catalog *c)
{
	return atomic_load(&c->state) == KNOWN ? &c->models : NULL;
}

void catalog_learn(struct catalog *c, const struct model_list *models)
{
	int unknown = UNKNOWN;

	if (models->n == 0 || !atomic_compare_exchange_strong(&c->state, &unknown, WRITING))
		return;
	c->models = *models;
	atomic_store(&c->state, KNOWN);
}
