/*
 * Which Claude model a name means, whoever sells it.
 *
 * A name is read word by word: one family, at most two numbers of a version (before or behind the
 * family), a date, and what sellers put around them. So `claude-sonnet-4-5-20250929`,
 * `us.anthropic.claude-sonnet-4-5-20250929-v1:0`, `claude-sonnet-4-5@20250929`,
 * `anthropic/claude-sonnet-4.5:thinking` and `claude-4.5-sonnet` are all read. What stands before
 * the last slash says who sells it and is not looked at. A name with any other word is none.
 */
#ifndef CLAUDE_MODEL_ID_H
#define CLAUDE_MODEL_ID_H

#include <stdbool.h>

#include "claude/model_list.h"

#define MODEL_FAMILY_SIZE 16

/* Whose names for its models the CLI uses, by its login. */
enum model_seller { MODEL_ANTHROPIC, MODEL_BEDROCK, MODEL_VERTEX, MODEL_OTHER };

struct model_id {
	char family[MODEL_FAMILY_SIZE]; /* lower case */
	unsigned major;                 /* 0: no version, the family alone is named */
	unsigned minor;
	bool has_minor;
	unsigned date; /* 20250929, or 0 */
	bool latest;   /* the name ends in `-latest` */
	bool wide;     /* [1m]: with the long context window */

	bool of_bedrock;    /* the name is Bedrock's: */
	const char *region; /* its first word, a constant; "" for none */
	unsigned revision;  /* of `-v1:0`, or 0 */
};

/*
 * Fills id; false when name is no Claude model's. `more` has words that are families beside those
 * that are known here.
 */
bool model_id_parse(struct model_id *id, const char *name, const struct model_list *more);

/*
 * Writes the id by which `seller` takes the model. Anthropic's API has ids without a date for its
 * newer versions; Claude Code finds the model at Bedrock and Vertex by the dated id.
 */
void model_id_print(const struct model_id *id, enum model_seller seller, char out[MODEL_NAME_SIZE]);

/* False when both names have a version or a date, and not the same one. */
bool model_id_agree(const char *one, const char *other);

/* Unix seconds of the day the model came out, by its date or its version; 0 where not known. */
long long model_id_released(const char *name);

#endif
