/* Replaces the names of properties in the arguments of a call, from or to the client's names. */
#ifndef TURN_TOOL_RENAME_H
#define TURN_TOOL_RENAME_H

#include "turn/tool_names.h"

/*
 * Both return the text of a call's arguments, for the caller to free: tool_rename_told with the
 * names that the model is told, tool_rename_given with the client's. A name is replaced only where
 * the schema may have it, and not if its object has the other name, too. All else is the same, byte
 * for byte. A text that is no JSON, and any if `names` is NULL, is only copied.
 */
char *tool_rename_told(const struct tool_names *names, const char *arguments);
char *tool_rename_given(const struct tool_names *names, const char *arguments);

#endif
