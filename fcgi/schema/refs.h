/*
 * The references in a JSON schema, while it is reshaped.
 *
 * First, schema_refs_bind finds the target of each reference. Then, schemas may be moved, as long
 * as they stay the same nodes. Last, schema_refs_name writes where each target stands now.
 *
 * A client's reference may be a pointer (#/$defs/x, from the nearest $id on), an anchor, or the
 * identifier of a schema in the document; `$dynamicRef` and `$recursiveRef` are taken for `$ref`.
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
	struct cJSON **tuples; /* targets that stand where schema_reshape puts tuples */
	size_t n_tuples;
	struct cJSON **targets; /* all targets, each once */
	size_t n_targets;
};

/*
 * The mark of a schema stands in its valueint, which cJSON uses for numbers and leaves 0 or 1 in
 * others. The string of a `$ref` has its place in `list`, counted from 1, in its valueint.
 */
enum schema_mark {
	SCHEMA_SEEN = 2, /* it stands where a schema belongs */
	SCHEMA_STRAY,    /* it stands where none belongs */
	SCHEMA_TARGET,   /* a reference leads to it; its index in `targets` is added to the mark */
};

struct schema_ref {
	struct cJSON *node;   /* the string of the `$ref` */
	struct cJSON *base;   /* the schema that # means there */
	struct cJSON *target; /* NULL: draft-07's own schema, which the CLI has */
};

/*
 * Fills *refs, which must be zero, with the references in `root`, and finds their targets. Other
 * keywords that refer become `$ref`. A target that stands where no schema belongs (`components`,
 * an extension) moves to $defs of the root.
 *
 * -1, ERR_INVALID naming the reference: it leads to no schema of the document, or to find all
 * targets takes too long. The caller finishes *refs in any case.
 */
int schema_refs_bind(struct schema_refs *refs, struct cJSON *root, const struct schema_place *at,
	struct err *err);

/*
 * -1, ERR_INVALID naming the reference: it leads back to itself without a step into the value, or
 * its way is longer than 500 schemas.
 */
int schema_refs_check_loops(struct schema_refs *refs, struct cJSON *root,
	const struct schema_place *at, struct err *err);

/* Returns -1, ERR_INVALID: the `$ref` whose string is `node`, in `root` at `at`, must be `must`. */
int schema_refs_refuse(const struct cJSON *node, struct cJSON *root, const struct schema_place *at,
	const char *must, struct err *err);

/* Gives `schema`, which must have no `$ref`, one that leads to `target`. */
void schema_refs_add(struct schema_refs *refs, struct cJSON *schema, struct cJSON *target);

/* Whether a reference leads to `schema`. */
bool schema_refs_means(const struct schema_refs *refs, const struct cJSON *schema);

/* Makes the references that lead to `from` lead to `to`. */
void schema_refs_move(struct schema_refs *refs, struct cJSON *from, struct cJSON *to);

/*
 * Writes into each reference where its target stands. -1, ERR_INVALID naming the reference: its
 * target is in `root` no more, or all references together are too long.
 */
int schema_refs_name(struct schema_refs *refs, struct cJSON *root, const struct schema_place *at,
	struct err *err);

void schema_refs_finish(struct schema_refs *refs);

/*
 * Moves `schema` into the $defs of the root, which are made if there are none, as `name`, or with a
 * number behind it if that is taken.
 */
void schema_define(struct cJSON *root, struct cJSON *schema, const char *name);

/* Moves `also` into the allOf of `schema`: a value must then fit both. */
void schema_demand(struct cJSON *schema, struct cJSON *also);

#endif
