#include "support/client.h"

#include <string.h>

#include "support/check.h"
#include "wire/wire.h"

static const struct client *const clients[] = {&client_chat, &client_responses};

const struct client *client_of(const struct wire *wire)
{
	for (size_t i = 0; i < ARRAY_LEN(clients); i++)
		if (strcmp(clients[i]->name, wire->name) == 0)
			return clients[i];
	fail_msg("there is no client of the format %s", wire->name);
	return NULL;
}

void client_append(cJSON *object, const char *member, const char *more)
{
	const char *before = json_get_string(object, member);
	CLEANUP_BUF struct buf text = BUF_INIT((size_t)1 << 16);

	buf_printf(&text, "%s%s", before != NULL ? before : "", more);
	cJSON_DeleteItemFromObjectCaseSensitive(object, member);
	cJSON_AddStringToObject(object, member, buf_str(&text));
}

void client_put(cJSON *object, const char *member, const cJSON *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, member);
	cJSON_AddItemToObject(object, member, cJSON_Duplicate(value, true));
}

cJSON *client_add_object(cJSON *list, const char *member, const char *value)
{
	cJSON *o = cJSON_CreateObject();

	cJSON_AddItemToArray(list, o);
	cJSON_AddStringToObject(o, member, value);
	return o;
}

void client_add_string(struct buf *out, const cJSON *object, const char *member)
{
	const char *piece = json_get_string(object, member);

	if (piece != NULL)
		check(buf_puts(out, piece) == 0, "the sum is too long");
}
