#include "claude/handoff.h"

#include <stdio.h>

#include "base/json.h"
#include "base/mem.h"

void handoff_finish(struct handoff *h)
{
	mcp_calls_finish(&h->calls);
	*h = (struct handoff){0};
}

int handoff_print(const char *settings, const struct mcp_calls *calls, struct buf *out)
{
	CLEANUP_JSON cJSON *o = cJSON_CreateObject();
	cJSON *list;

	cJSON_AddStringToObject(o, "settings", settings);
	list = cJSON_AddArrayToObject(o, "calls");
	for (size_t i = 0; i < calls->n; i++) {
		cJSON *call = cJSON_CreateObject();

		cJSON_AddItemToArray(list, call);
		cJSON_AddStringToObject(call, "request", calls->list[i].request_id);
		cJSON_AddStringToObject(call, "rpc", calls->list[i].rpc_id);
	}
	return json_print(out, o);
}

int handoff_parse(struct handoff *h, const struct buf *text)
{
	CLEANUP_JSON cJSON *o = cJSON_ParseWithLength(buf_str(text), text->len);
	const char *settings = json_get_string(o, "settings");
	const cJSON *call;

	*h = (struct handoff){0};
	if (settings == NULL)
		return -1;
	snprintf(h->settings, sizeof(h->settings), "%s", settings);
	cJSON_ArrayForEach(call, json_get(o, "calls"))
	{
		const char *request_id = json_get_string(call, "request");
		const char *rpc_id = json_get_string(call, "rpc");
		struct mcp_call *c;

		if (request_id == NULL || rpc_id == NULL)
			return -1;
		c = mcp_calls_add(&h->calls);
		c->request_id = mem_strdup(request_id);
		c->rpc_id = mem_strdup(rpc_id);
	}
	return 0;
}
