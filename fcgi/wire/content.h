/*
 * The content of a message: a string, or an array of parts. The parts of both of OpenAI's formats
 * and the blocks of Anthropic's API are read everywhere. The functions return -1 with an
 * ERR_INVALID that names the part when the model cannot be told that part, or not in that place.
 */
#ifndef WIRE_CONTENT_H
#define WIRE_CONTENT_H

#include "base/err.h"
#include "turn/request.h"

struct cJSON;

/* Appends the texts of `content`, which errors call `at`, to the system text of the request. */
int content_parse_system(
	struct request *req, const struct cJSON *content, const char *at, struct err *err);

/*
 * Appends the parts of `content` to t, a turn of the request. NULL and null have no parts. A user's
 * turn may have texts, images, files and results of tools; an assistant's turn may have texts,
 * calls of tools and thinking, of which what has no signature is left out.
 */
int content_parse(struct request *req, struct turn *t, const struct cJSON *content, const char *at,
	struct err *err);

/* Appends one part, which errors call `at`, as content_parse does. */
int content_parse_part(struct request *req, struct turn *t, const struct cJSON *part,
	const char *at, struct err *err);

/*
 * Appends the parts of `content` to a tool's result, where blank texts are kept. A value that is
 * neither a string nor an array with a part in it is what the tool gave itself (an object, a
 * number, an array of such): its JSON becomes the text.
 */
int content_parse_result(
	struct part *result, const struct cJSON *content, const char *at, struct err *err);

#endif
