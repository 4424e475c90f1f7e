#include "wire/tool_refs.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/keyword.h"
#include "base/pointer.h"

/* A reference gets at most twice as long, where /items becomes /prefixItems. */
#define GROWTH 3

static bool is_tuple(const cJSON *node)
{
	return cJSON_IsObject(node) && cJSON_IsArray(json_get(node, "prefixItems"));
}

/*
 * The new name of a tuple's keyword that the rest of the reference follows; NULL: it is the same.
 */
static const char *new_name(const cJSON *node, const char *token, const char *rest)
{
	if (!is_tuple(node))
		return NULL;
	if (strcmp(token, "items") == 0 && rest[0] == '/' && isdigit((unsigned char)rest[1]))
		return "prefixItems";
	return strcmp(token, "additionalItems") == 0 ? "items" : NULL;
}

static void follow(cJSON *root, cJSON *ref)
{
	const char *at = ref->valuestring + 1;
	CLEANUP_BUF struct buf text = BUF_INIT(strlen(at) * GROWTH + 1);
	cJSON *node = root;

	buf_puts(&text, "#");
	while (*at != '\0' && node != NULL) {
		char token[POINTER_TOKEN_SIZE];
		const char *start = at, *name;

		pointer_next(&at, token, sizeof(token));
		name = new_name(node, token, at);
		if (name != NULL)
			buf_printf(&text, "/%s", name);
		else
			buf_add(&text, start, (size_t)(at - start));
		node = pointer_step(node, name != NULL ? name : token);
	}
	if (node != NULL && strcmp(buf_str(&text), ref->valuestring) != 0)
		cJSON_SetValuestring(ref, buf_str(&text));
}

static void visit(void *arg, const struct subschema *sub)
{
	cJSON *ref = cJSON_GetObjectItemCaseSensitive(sub->schema, "$ref");

	if (cJSON_IsString(ref) && strncmp(ref->valuestring, "#/", 2) == 0 &&
		strstr(ref->valuestring, "tems") != NULL)
		follow(arg, ref);
	keyword_each(sub->schema, visit, arg);
}

void tool_refs_follow(cJSON *root)
{
	visit(root, &(struct subschema){.schema = root});
}
