#include "support/frames.h"

#include <string.h>

#include "support/check.h"

/* Takes the line at *at, without its end, which must be one LF. */
static char *take_line(const struct buf *frames, size_t *at)
{
	const char *start = frames->data + *at;
	const char *end = memchr(start, '\n', frames->len - *at);
	size_t n;
	char *line;

	check(end != NULL, "a line of the stream has no end: %s", start);
	n = (size_t)(end - start);
	check(memchr(start, '\r', n) == NULL, "a line of the stream has a CR");
	line = mem_alloc(n + 1);
	memcpy(line, start, n);
	*at += n + 1;
	return line;
}

static cJSON *read_data(const char *line)
{
	const char *text = line + strlen("data: ");
	struct err err;
	cJSON *data;

	check(strncmp(line, "data: ", strlen("data: ")) == 0, "no data line: %s", line);
	if (strcmp(text, "[DONE]") == 0)
		return cJSON_CreateString(text);
	data = json_parse(text, strlen(text), &err);
	check(data != NULL, "the data is not JSON: %s", text);
	return data;
}

static cJSON *read_event(const struct buf *frames, size_t *at, bool named)
{
	CLEANUP_FREE char *name = named ? take_line(frames, at) : NULL;
	CLEANUP_FREE char *line = take_line(frames, at);
	CLEANUP_FREE char *empty = take_line(frames, at);
	cJSON *data = read_data(line);
	const char *type = json_get_string(data, "type");

	check(empty[0] == '\0', "an event has a further line: %s", empty);
	if (!named)
		return data;
	check(strncmp(name, "event: ", strlen("event: ")) == 0, "no event line: %s", name);
	check(type != NULL && strcmp(type, name + strlen("event: ")) == 0,
		"the event line '%s' is not the data's type: %s", name, line);
	return data;
}

cJSON *frames_read(const struct buf *frames, bool named)
{
	cJSON *events = cJSON_CreateArray();
	size_t at = 0;

	while (at < frames->len)
		cJSON_AddItemToArray(events, read_event(frames, &at, named));
	return events;
}
