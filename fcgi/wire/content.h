/*
 * Content as OpenAI's formats write it: strings, and arrays of parts with texts, images and
 * files. Both formats' spellings of a part are read everywhere.
 */
#ifndef WIRE_CONTENT_H
#define WIRE_CONTENT_H

#include "base/err.h"
#include "wire/request.h"

struct cJSON;

/* The texts of `content`, named `at` in errors, go to the system text. */
int content_parse_system(
	struct request *req, const struct cJSON *content, const char *at, struct err *err);

/* Appends the parts of `content` to the turn; an assistant's are texts. NULL and null are nothing.
 */
int content_parse(struct turn *t, const struct cJSON *content, const char *at, struct err *err);

/*
 * Appends them to a tool's result, where a blank text counts. What is neither a string nor has
 * a part in it is what the tool gave, and becomes its JSON text: an object, a number, true or
 * false, an array of such things.
 */
int content_parse_result(
	struct part *result, const struct cJSON *content, const char *at, struct err *err);

#endif
