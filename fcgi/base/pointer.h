/* References from one place of a JSON schema to another: `#/$defs/address`. */
#ifndef BASE_POINTER_H
#define BASE_POINTER_H

#include <stddef.h>

struct cJSON;

/* Of a key: a longer one is not found. */
#define POINTER_TOKEN_SIZE 1024

/*
 * Reads the next token of a JSON pointer that is the fragment of a URI into `token`, cut to its
 * size, without its escapes. *at, which is at a `/`, is moved to the next one or the end.
 */
void pointer_next(const char **at, char *token, size_t size);

/* The member or the item of `node` that the token names; NULL for none. */
struct cJSON *pointer_step(struct cJSON *node, const char *token);

/* What `ref` stands for in `root`; NULL for nothing there, and for references of other kinds. */
struct cJSON *pointer_find(struct cJSON *root, const char *ref);

#endif
