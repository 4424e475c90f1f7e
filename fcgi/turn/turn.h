/*
 * What was said in a conversation: turns of the user and of the assistant, in parts. A turn owns
 * its parts, and they their strings.
 */
#ifndef TURN_TURN_H
#define TURN_TURN_H

#include <stddef.h>

enum role { ROLE_USER, ROLE_ASSISTANT };

/* The media type of a document whose text is itself; that of any other is base64. */
#define PART_PLAIN_TEXT "text/plain"

enum part_kind { PART_TEXT, PART_IMAGE, PART_DOCUMENT, PART_CALL, PART_RESULT, PART_THINKING };

struct part {
	enum part_kind kind;
	char *text;         /* the text, base64 data, a URL, a call's arguments (a JSON object) */
	char *media_type;   /* IMAGE, DOCUMENT: of the data; NULL: text is a URL */
	char *name;         /* CALL: the tool's; DOCUMENT: the file's, or NULL */
	char *space;        /* CALL: the tool's namespace, or NULL */
	char *id;           /* CALL, RESULT: what pairs them; the client's until settle_request */
	char *signature;    /* THINKING */
	const char *item;   /* CALL, RESULT: see stray.h; NULL, or a string of the program's */
	struct part *parts; /* RESULT: texts, images and documents */
	size_t n_parts;
};

struct turn {
	enum role role;
	struct part *parts;
	size_t n_parts;
};

void turn_finish(struct turn *t); /* frees; twice is fine */
void part_finish(struct part *p); /* the same */

/* The new part, zero but for its kind; valid until the next add. */
struct part *turn_add(struct turn *t, enum part_kind kind);
struct part *part_add(struct part *result, enum part_kind kind);
void turn_add_text(struct turn *t, const char *text); /* left out when it is white space alone */

#endif
