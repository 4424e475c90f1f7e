#include "claude/model_list.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

bool model_name_fits(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n >= MODEL_NAME_SIZE)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)name[i]) && strchr("-_.:@/[]", name[i]) == NULL)
			return false;
	return true;
}

static size_t find_name(const struct model_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcasecmp(list->name[i], name) == 0)
			return i;
	return MODEL_LIST_LIMIT;
}

size_t model_list_find(const struct model_list *list, const char *name)
{
	size_t place = find_name(list, name);

	for (size_t i = 0; place == MODEL_LIST_LIMIT && i < list->n; i++)
		if (strcasecmp(list->id[i], name) == 0)
			return i;
	return place;
}

/* The CLI's own "default" names whatever its user set elsewhere; a request should say. */
size_t model_list_add(struct model_list *list, const char *name)
{
	if (!model_name_fits(name) || strcmp(name, "default") == 0 || list->n == MODEL_LIST_LIMIT ||
		find_name(list, name) != MODEL_LIST_LIMIT)
		return MODEL_LIST_LIMIT;
	snprintf(list->name[list->n], MODEL_NAME_SIZE, "%s", name);
	list->id[list->n][0] = '\0';
	list->efforts[list->n] = 0;
	return list->n++;
}
