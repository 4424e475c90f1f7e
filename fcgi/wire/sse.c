#include "wire/sse.h"

#include "base/json.h"

int sse_event(struct buf *out, const char *name, const cJSON *data)
{
	if (name != NULL && buf_printf(out, "event: %s\n", name) < 0)
		return -1;
	if (buf_puts(out, "data: ") < 0 || json_print(out, data) < 0)
		return -1;
	return buf_puts(out, "\n\n");
}

int sse_done(struct buf *out)
{
	return buf_puts(out, "data: [DONE]\n\n");
}
