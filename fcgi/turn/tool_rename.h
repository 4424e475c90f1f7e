/* The arguments of a call, with the client's names of properties or with those that are told. */
#ifndef TURN_TOOL_RENAME_H
#define TURN_TOOL_RENAME_H

#include "turn/tool_names.h"

/*
 * The text of a call's arguments with the names that the model is told, or with the client's in
 * place of those; for the caller to free. Names are replaced where the schema may have them, and
 * not beside the name that they would become; all else is the same byte for byte. What is no
 * JSON, or of a tool without such names (NULL), is a copy.
 */
char *tool_rename_told(const struct tool_names *names, const char *arguments);
char *tool_rename_given(const struct tool_names *names, const char *arguments);

#endif
