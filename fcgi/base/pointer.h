/* References from one place of a JSON schema to another: `#/$defs/address`. */
#ifndef BASE_POINTER_H
#define BASE_POINTER_H

#include <stddef.h>

struct cJSON;

/* Room for one key and its NUL; what has a longer key is not found. */
#define POINTER_TOKEN_SIZE 1024

/*
 * Decodes the next token of a JSON pointer in the fragment of a URI (RFC 6901, 6) into `token`,
 * where it is cut to `size` bytes with its NUL. *at must be at the `/` before the token, and is
 * moved to the next `/` or to the end.
 */
void pointer_next(const char **at, char *token, size_t size);

/* The member or the item of `node` that the token names; NULL if there is none. */
struct cJSON *pointer_step(struct cJSON *node, const char *token);

/* What the reference leads to in `root`. NULL: it leads nowhere, or is no JSON pointer. */
struct cJSON *pointer_find(struct cJSON *root, const char *ref);

#endif
