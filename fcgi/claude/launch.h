/*
 * The command line of a child and the CLI that takes it. It is fixed before any request is read, as
 * the environment is (environment.h); everything a request says goes over stdin (encode.h).
 */
#ifndef CLAUDE_LAUNCH_H
#define CLAUDE_LAUNCH_H

#include <stdbool.h>

/*
 * The oldest CLI that takes a prompt as data alone (client_composed): 2.1.240 runs
 * `/cost` as a command, 2.1.260 sends it to the model.
 */
#define LAUNCH_OLDEST_CLI "2.1.260"

/* `version` as `claude --version` prints it: "2.1.330 (Claude Code)". */
bool launch_version_serves(const char *version);

/*
 * NULL-terminated, one block for free(); `bin` and `model` are borrowed. Tools, settings
 * files, slash commands, MCP servers and session files are off; deltas are on.
 */
const char **launch_argv(const char *bin, const char *model);

#endif
