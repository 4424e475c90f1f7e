#include "serve/credential.h"

#include "base/secret.h"
#include "config/keys.h"
#include "wire/wire.h"

/* The key in the first of the headers that holds one; NULL: none does. */
static const char *find_in(struct exchange *x, const struct wire_key *header)
{
	for (; header->variable != NULL; header++) {
		const char *value = gateway_param(x->gateway, header->variable);
		const char *key = header->bearer ? keys_bearer(value) : value;

		if (key != NULL && key[0] != '\0')
			return key;
	}
	return NULL;
}

static const char *find(struct exchange *x, const struct wire *format)
{
	const char *key = NULL;

	if (format != NULL)
		return find_in(x, format->keys);
	for (size_t i = 0; i < wires_n && key == NULL; i++)
		key = find_in(x, wires[i]->keys);
	return key;
}

/* The headers of all formats that may carry a key, by their number; NULL behind the last. */
static const char *header_of_any(size_t n)
{
	for (size_t i = 0; i < wires_n; i++)
		for (const struct wire_key *k = wires[i]->keys; k->variable != NULL; k++)
			if (n-- == 0)
				return k->variable;
	return NULL;
}

int credential_check(struct exchange *x, const struct wire *format)
{
	const struct api_keys *keys = &x->worker->asker.cfg->keys;
	const char *header;
	size_t which;
	int result = keys_check(keys, find(x, format), &which, &x->err);

	/* All of them: a client may send its key in more than one. */
	for (size_t i = 0; (header = header_of_any(i)) != NULL; i++)
		gateway_forget(x->gateway, header);
	if (result < 0)
		return -1;
	x->key = &keys->list[which];
	return 0;
}

bool credential_is_brought(struct exchange *x)
{
	const char *header;

	for (size_t i = 0; (header = header_of_any(i)) != NULL; i++)
		if (gateway_param(x->gateway, header)[0] != '\0')
			return true;
	return false;
}

void credential_forget(char *const *environment)
{
	const char *header;

	for (size_t i = 0; (header = header_of_any(i)) != NULL; i++)
		secret_forget(environment, header);
}
