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

/* Overwrites the headers of all formats: a client may send its key in more than one. */
static void forget(struct gateway *g)
{
	for (size_t i = 0; i < wires_n; i++)
		for (const struct wire_key *k = wires[i]->keys; k->variable != NULL; k++)
			gateway_forget(g, k->variable);
}

int credential_check(struct exchange *x, const struct wire *format)
{
	const struct api_keys *keys = &x->worker->cfg->keys;
	size_t which;
	int result = keys_check(keys, find(x, format), &which, &x->err);

	forget(x->gateway);
	if (result < 0)
		return -1;
	x->key = &keys->list[which];
	return 0;
}

bool credential_is_brought(struct exchange *x)
{
	for (size_t i = 0; i < wires_n; i++)
		for (const struct wire_key *k = wires[i]->keys; k->variable != NULL; k++)
			if (gateway_param(x->gateway, k->variable)[0] != '\0')
				return true;
	return false;
}

void credential_forget(char *const *environment)
{
	for (size_t i = 0; i < wires_n; i++)
		for (const struct wire_key *k = wires[i]->keys; k->variable != NULL; k++)
			secret_forget(environment, k->variable);
}
