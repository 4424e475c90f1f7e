#include "ask/asker.h"

#include <sodium.h>

void asker_init(struct asker *a, const struct config *cfg)
{
	*a = (struct asker){.cfg = cfg, .catalog = catalog_create()};
	randombytes_buf(a->secret, sizeof(a->secret));
}

void asker_finish(struct asker *a)
{
	catalog_destroy(a->catalog);
}
