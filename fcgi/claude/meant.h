/*
 * Which of the client's tools a call of the model's is for.
 *
 * The model is offered mcp__c__NAME, while the client's prompt speaks of NAME: now and then it
 * calls by that, by the prefix twice, or in a spelling that other programs use
 * (functions.NAME, Name for name).
 */
#ifndef CLAUDE_MEANT_H
#define CLAUDE_MEANT_H

#include "claude/aliases.h"

/*
 * The tool of the name, as offered or mangled so that it can mean that one alone; NULL when it
 * means none, or might mean several. aliases->tools keeps what is returned.
 */
const struct tool *meant_tool(const struct aliases *aliases, const char *name);

#endif
