/*
 * The CLI's error lines, read as errors of ours.
 *
 * An error comes first as an `assistant` line that looks like an answer (model "<synthetic>",
 * is_api_error_message, error, api_error, api_error_status), then as a `result` with is_error.
 * The result alone tells that the conversation is too long (terminal_reason): the API says so
 * under 400, and the CLI refuses by itself, without a status, what it reckons to be too long. What
 * is said of the account (money, a disabled organisation) is ERR_QUOTA under whatever status it
 * came. No kind is one that clients retry where the same request would fail again.
 */
#ifndef CLAUDE_FAILURE_H
#define CLAUDE_FAILURE_H

#include <stdbool.h>

#include "base/err.h"

struct cJSON;

/* Whether the assistant line is an error; then fills *err. `text` is what it says, or NULL. */
bool failure_of_line(const struct cJSON *line, const char *text, struct err *err);

/* Fills *err from a result with is_error, or sharpens what failure_of_line filled in. */
void failure_of_result(const struct cJSON *result, struct err *err);

#endif
