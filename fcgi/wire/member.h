/*
 * Members of a client's body, each read as the type that it must have.
 *
 * A member that is absent or null is "not set". A member of a wrong type is never taken for that:
 * it is converted where clients are known to write it so. Otherwise the functions return -1 with
 * an ERR_INVALID that names it, first `at`, then the member: messages[3].refusal. `at` is the name
 * of o, "" at the top of a body.
 */
#ifndef WIRE_MEMBER_H
#define WIRE_MEMBER_H

#include <stdbool.h>

#include "base/err.h"

struct cJSON;

/* Room for the name of a place in the body: `messages[12].content[3].image_url`. */
#define MEMBER_AT_SIZE sizeof(((struct err *)0)->param)

/* Writes the name of o's member to `name`. A name that is too long loses some of its middle. */
void member_at(char name[MEMBER_AT_SIZE], const char *at, const char *member);

/* *value is the string, NULL when it is not set. It belongs to o. */
int member_string(const struct cJSON *o, const char *member, const char *at, const char **value,
	struct err *err);

/* *value is false when it is not set. */
int member_bool(
	const struct cJSON *o, const char *member, const char *at, bool *value, struct err *err);

/* *value is the member, NULL when it is not set. */
int member_object(const struct cJSON *o, const char *member, const char *at,
	const struct cJSON **value, struct err *err);
int member_array(const struct cJSON *o, const char *member, const char *at,
	const struct cJSON **value, struct err *err);

/* *id is a string's or a number's text, for the caller to free; NULL when it is not set. */
int member_id(
	const struct cJSON *o, const char *member, const char *at, char **id, struct err *err);

/*
 * Returns the text of a string, or the JSON of any other value, for the caller to free; NULL for
 * NULL and for null.
 */
char *member_text(const struct cJSON *value);

#endif
