/*
 * The MCP server that a child has the client's functions from, which is this program.
 *
 * The CLI takes the server's description and its tools from `initialize`; releases that overlook
 * them there ask for them as a server is asked. A call of the model's becomes a question as well,
 * `tools/call`, as soon as the call is complete, also in the middle of the message. Each question
 * has ids of its own to answer to, and stays open until the client has sent the result.
 */
#ifndef CLAUDE_MCP_H
#define CLAUDE_MCP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "claude/aliases.h"
#include "turn/turn.h"

/* The client's functions are an MCP server of this name; the model sees the prefix and an alias. */
#define MCP_SERVER      "c"
#define MCP_TOOL_PREFIX "mcp__" MCP_SERVER "__"

/*
 * The longest result of a call, in UTF-16 units, that the CLI passes on instead of putting
 * it into a file: the most that can be asked for. MAX_MCP_OUTPUT_TOKENS is raised with it.
 */
#define MCP_MAX_RESULT 500000

/* Bytes of the longest result that answers the question for its call. */
#define MCP_MAX_ANSWER 400000

/* A call of the model's, and the question that the CLI has asked for it. */
struct mcp_call {
	char *id;         /* as the model gave it; NULL in a handoff that was read */
	char *request_id; /* of the question; NULL: not asked yet */
	char *rpc_id;     /* JSON-RPC's, as JSON */
};

struct mcp_calls {
	struct mcp_call *list; /* in the order of the answer */
	size_t n;
};

struct cJSON;

/* Adds the server and the tools to the request `initialize`, which borrows from `aliases`. */
void mcp_add_server(struct cJSON *initialize, const struct aliases *aliases);

void mcp_calls_finish(struct mcp_calls *calls); /* accepts zero; twice is fine */

/* The new call, zero; valid until the next add. */
struct mcp_call *mcp_calls_add(struct mcp_calls *calls);

/* Whether one of the calls, all of which have an id, has this one. */
bool mcp_calls_have(const struct mcp_calls *calls, const char *id);

/* Whether every call was asked for. */
bool mcp_calls_are_asked(const struct mcp_calls *calls);

/* Whether the line, a control_request, asks the server to run a tool. */
bool mcp_is_call(const struct cJSON *line);

/*
 * Puts the question of such a line down with the call that it is for. Returns false if it is for
 * none of the calls, or for one that was asked for before.
 */
bool mcp_calls_take(struct mcp_calls *calls, const struct cJSON *line);

/*
 * Appends the answer to any other control_request by which the CLI asks the server what it is and
 * which tools it has. A line that asks for something else gets none. Returns -1 if out is full.
 */
int mcp_answer(struct buf *out, const struct aliases *aliases, const struct cJSON *line);

/*
 * Whether the result can be the answer to the question for its call: its parts are texts, at least
 * one of them is not blank, and together they have MCP_MAX_ANSWER bytes at most.
 */
bool mcp_takes(const struct part *result);

/*
 * Appends the answer to a question that was put down: a result that mcp_takes. Returns -1 if out is
 * full.
 */
int mcp_answer_call(struct buf *out, const struct mcp_call *asked, const struct part *result);

#endif
