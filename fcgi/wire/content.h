/*
 * Content of a message: a string, or an array of parts. The parts of both of OpenAI's formats and
 * the blocks of Anthropic's are read everywhere. -1, ERR_INVALID naming the part, for one that
 * cannot be told to the model, or not where it stands.
 */
#ifndef WIRE_CONTENT_H
#define WIRE_CONTENT_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/* The texts of `content`, named `at` in errors, go to the system text. */
int content_parse_system(
	struct request *req, const struct cJSON *content, const char *at, struct err *err);

/*
 * Appends the parts of `content` to the turn, which is the request's; NULL and null are nothing.
 * A user's are texts, images, files and results of tools; an assistant's texts, calls of tools,
 * and thinking, which is left out unless it has a signature.
 */
int content_parse(struct request *req, struct turn *t, const struct cJSON *content, const char *at,
	struct err *err);

/* Appends one part, named `at` in errors, as content_parse does. */
int content_parse_part(struct request *req, struct turn *t, const struct cJSON *part,
	const char *at, struct err *err);

/*
 * Appends them to a tool's result, where a blank text counts. What is neither a string nor has
 * a part in it is what the tool gave, and becomes its JSON text: an object, a number, true or
 * false, an array of such things.
 */
int content_parse_result(
	struct part *result, const struct cJSON *content, const char *at, struct err *err);

#endif
