#include "turn/turn.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"

static void parts_finish(struct part **parts, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		part_finish(&(*parts)[i]);
	free(mem_steal(parts));
	*n = 0;
}

void part_finish(struct part *p)
{
	parts_finish(&p->parts, &p->n_parts);
	free(p->text);
	free(p->media_type);
	free(p->name);
	free(p->space);
	free(p->id);
	free(p->signature);
	*p = (struct part){0};
}

void turn_finish(struct turn *t)
{
	parts_finish(&t->parts, &t->n_parts);
}

static struct part *parts_add(struct part **parts, size_t *n, enum part_kind kind)
{
	*parts = mem_grow(*parts, (*n + 1) * sizeof(**parts));
	(*parts)[*n] = (struct part){.kind = kind};
	return &(*parts)[(*n)++];
}

struct part *turn_add(struct turn *t, enum part_kind kind)
{
	return parts_add(&t->parts, &t->n_parts, kind);
}

struct part *part_add(struct part *result, enum part_kind kind)
{
	return parts_add(&result->parts, &result->n_parts, kind);
}

void turn_add_text(struct turn *t, const char *text)
{
	if (!utf8_blank(text))
		turn_add(t, PART_TEXT)->text = mem_strdup(text);
}
