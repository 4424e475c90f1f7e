#include "base/secret.h"

#include <sodium.h>
#include <string.h>

static char *value_of(char *variable, const char *name)
{
	static const char redirect[] = "REDIRECT_";
	size_t n = strlen(name);

	while (strncmp(variable, redirect, sizeof(redirect) - 1) == 0)
		variable += sizeof(redirect) - 1;
	return strncmp(variable, name, n) == 0 && variable[n] == '=' ? variable + n + 1 : NULL;
}

void secret_forget(char *const *environment, const char *name)
{
	for (; *environment != NULL; environment++) {
		char *value = value_of(*environment, name);

		if (value != NULL)
			sodium_memzero(value, strlen(value));
	}
}
