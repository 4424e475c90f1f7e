#include "claude/handoff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

void handoff_finish(struct handoff *n)
{
	for (size_t i = 0; i < n->n_calls; i++) {
		free(n->calls[i].call_id);
		free(n->calls[i].request_id);
		free(n->calls[i].rpc_id);
	}
	free(n->calls);
	*n = (struct handoff){0};
}

static struct handoff_call *add(struct handoff *n)
{
	n->calls = mem_grow(n->calls, (n->n_calls + 1) * sizeof(*n->calls));
	n->calls[n->n_calls] = (struct handoff_call){0};
	return &n->calls[n->n_calls++];
}

void handoff_add_call(struct handoff *n, const char *call_id)
{
	add(n)->call_id = mem_strdup(call_id);
}

bool handoff_has_call(const struct handoff *n, const char *call_id)
{
	for (size_t i = 0; i < n->n_calls; i++)
		if (strcmp(n->calls[i].call_id, call_id) == 0)
			return true;
	return false;
}

bool handoff_is_complete(const struct handoff *n)
{
	for (size_t i = 0; i < n->n_calls; i++)
		if (n->calls[i].request_id == NULL)
			return false;
	return true;
}

int handoff_print(const struct handoff *n, struct buf *out)
{
	CLEANUP_JSON cJSON *o = cJSON_CreateObject();
	cJSON *calls;

	cJSON_AddStringToObject(o, "settings", n->settings);
	calls = cJSON_AddArrayToObject(o, "calls");
	for (size_t i = 0; i < n->n_calls; i++) {
		cJSON *call = cJSON_CreateObject();

		cJSON_AddItemToArray(calls, call);
		cJSON_AddStringToObject(call, "request", n->calls[i].request_id);
		cJSON_AddStringToObject(call, "rpc", n->calls[i].rpc_id);
	}
	return json_print(out, o);
}

int handoff_parse(struct handoff *n, const struct buf *text)
{
	CLEANUP_JSON cJSON *o = cJSON_ParseWithLength(buf_str(text), text->len);
	const char *settings = json_get_string(o, "settings");
	const cJSON *call;

	*n = (struct handoff){0};
	if (settings == NULL)
		return -1;
	snprintf(n->settings, sizeof(n->settings), "%s", settings);
	cJSON_ArrayForEach(call, json_get(o, "calls"))
	{
		const char *request_id = json_get_string(call, "request");
		const char *rpc_id = json_get_string(call, "rpc");
		struct handoff_call *c = add(n);

		if (request_id == NULL || rpc_id == NULL)
			return -1;
		c->request_id = mem_strdup(request_id);
		c->rpc_id = mem_strdup(rpc_id);
	}
	return 0;
}
