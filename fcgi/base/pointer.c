#include "base/pointer.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/percent.h"

/* Returns the character at *at, which may be escaped as ~1 or %41, and moves *at behind it. */
static char unescape(const char **at)
{
	const char *s = *at;

	if (s[0] != '~' || (s[1] != '0' && s[1] != '1'))
		return percent_take(at);
	*at += 2;
	return s[1] == '0' ? '~' : '/';
}

void pointer_next(const char **at, char *token, size_t size)
{
	size_t n = 0;

	for (++*at; **at != '\0' && **at != '/';) {
		char c = unescape(at);

		if (n + 1 < size)
			token[n++] = c;
	}
	token[n] = '\0';
}

cJSON *pointer_step(cJSON *node, const char *token)
{
	if (!cJSON_IsArray(node))
		return cJSON_GetObjectItemCaseSensitive(node, token);
	return token[0] >= '0' && token[0] <= '9'
		       ? cJSON_GetArrayItem(node, (int)strtol(token, NULL, 10))
		       : NULL;
}

cJSON *pointer_find(cJSON *root, const char *ref)
{
	char token[POINTER_TOKEN_SIZE];

	if (ref[0] != '#' || (ref[1] != '/' && ref[1] != '\0'))
		return NULL;
	for (ref++; *ref != '\0' && root != NULL;) {
		pointer_next(&ref, token, sizeof(token));
		root = pointer_step(root, token);
	}
	return root;
}
