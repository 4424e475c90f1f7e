/*
 * The references in a JSON schema, while it is reshaped.
 *
 * schema_refs_bind finds what each of them means; then schemas may be moved, as the same nodes;
 * then schema_refs_name writes where they stand now. What a client may write: pointers (#/$defs/x,
 * relative to the nearest $id), anchors, identifiers of schemas inside the document, and
 * `$dynamicRef` and `$recursiveRef`, which are taken for `$ref`.
 */
#ifndef SCHEMA_REFS_H
#define SCHEMA_REFS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "schema/find.h"
#include "schema/place.h"

struct cJSON;

struct schema_refs {
	struct schema_ref *list;
	size_t n;
	struct schema_ids ids;
	struct schema_stray *strays; /* targets in places where no schema belongs */
	size_t n_strays;
	struct cJSON **tuples; /* targets that stand where schema_shape.h puts tuples */
	size_t n_tuples;
	struct cJSON **targets; /* each once */
	size_t n_targets;
};

/*
 * What a schema is to the references, in its valueint, which cJSON has for numbers and sets to 0 or
 * 1. That of the string of a `$ref` is the index of the reference and one.
 */
enum schema_mark {
	SCHEMA_SEEN = 2, /* where schemas stand */
	SCHEMA_STRAY,    /* where none belongs */
	SCHEMA_TARGET,   /* and its index in `targets` */
};

struct schema_ref {
	struct cJSON *node;   /* the string */
	struct cJSON *base;   /* the schema that # is */
	struct cJSON *target; /* NULL: draft-07 itself, which the CLI has */
};

/*
 * Leaves `$ref` as the only keyword that refers, where there was another one. A schema that stands
 * in a place where none belongs (`components`, an extension) moves to $defs of the root.
 *
 * ERR_INVALID, naming the reference, for one that means nothing in the document, and for more than
 * there is time for. `*refs`, which was zero, is to be finished in any case.
 */
int schema_refs_bind(struct schema_refs *refs, struct cJSON *root, const struct schema_place *at,
	struct err *err);

/* ERR_INVALID for a reference that leads to itself, before it says anything of a value. */
int schema_refs_check_loops(struct schema_refs *refs, struct cJSON *root,
	const struct schema_place *at, struct err *err);

/* -1, an ERR_INVALID that names the place where the `$ref`, its node, stands in the root. */
int schema_refs_refuse(const struct cJSON *node, struct cJSON *root, const struct schema_place *at,
	const char *must, struct err *err);

/* Gives `schema`, which must have no `$ref`, one that means `target`. */
void schema_refs_add(struct schema_refs *refs, struct cJSON *schema, struct cJSON *target);

/* Whether a reference means `schema`. */
bool schema_refs_means(const struct schema_refs *refs, const struct cJSON *schema);

/* Has the references that mean `from` mean `to`. */
void schema_refs_move(struct schema_refs *refs, struct cJSON *from, struct cJSON *to);

/* ERR_INVALID where a reference means what was taken out of the root, or all are too long. */
int schema_refs_name(struct schema_refs *refs, struct cJSON *root, const struct schema_place *at,
	struct err *err);

void schema_refs_finish(struct schema_refs *refs);

/*
 * Puts `schema` into the root's $defs, which are made where there are none, under a name like
 * `name` that is free.
 */
void schema_define(struct cJSON *root, struct cJSON *schema, const char *name);

/* Has `schema` hold for what `also` holds for, too: adds it to allOf. */
void schema_demand(struct cJSON *schema, struct cJSON *also);

#endif
