/*
 * A list of models by name, as the CLI tells it, and which texts can be a name of a model at all.
 */
#ifndef CLAUDE_MODEL_LIST_H
#define CLAUDE_MODEL_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* An ARN of Bedrock's has some 90. */
#define MODEL_NAME_SIZE  128
#define MODEL_LIST_LIMIT 24

/*
 * Whether the name is made of letters, digits and -_.:@/[] alone, is not empty and fits into
 * MODEL_NAME_SIZE bytes. Such a name can stand in argv and in a log line.
 */
bool model_name_fits(const char *name);

struct model_list {
	size_t n;
	char name[MODEL_LIST_LIMIT][MODEL_NAME_SIZE];
	char id[MODEL_LIST_LIMIT][MODEL_NAME_SIZE]; /* what the name stands for; "" unknown */
	unsigned efforts[MODEL_LIST_LIMIT];         /* a bit for each that it takes (about.h) */
};

/*
 * Appends a name, whose id and efforts are not known, and returns its place. Leaves out a name that
 * is there already, is no model's, or does not fit, and returns MODEL_LIST_LIMIT.
 */
size_t model_list_add(struct model_list *list, const char *name);

/* The place of the model of that name or id, letter case ignored; MODEL_LIST_LIMIT for none. */
size_t model_list_find(const struct model_list *list, const char *name);

#endif
