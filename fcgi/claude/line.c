#include "claude/line.h"

#include <assert.h>
#include <string.h>

#include "base/json.h"

int line_write(struct buf *out, const cJSON *message)
{
	size_t start = out->len;

	if (json_print(out, message) < 0)
		return -1;
	/* Raw JSON is printed as it stands, and a line is all there is between two messages. */
	assert(memchr(out->data + start, '\n', out->len - start) == NULL);
	return buf_puts(out, "\n");
}
