/* What the CLI tells of itself. */
#ifndef CLAUDE_ABOUT_H
#define CLAUDE_ABOUT_H

#include "claude/model.h"

/* Whether it has something to log in with; not whether that is accepted. */
enum login { LOGIN_UNKNOWN, LOGIN_NONE, LOGIN_SET };

#define ABOUT_VERSION_SIZE 36

struct about {
	struct model_list models; /* none before it was initialised */
	enum login login;
	char version[ABOUT_VERSION_SIZE]; /* "" before an init line */
};

#endif
