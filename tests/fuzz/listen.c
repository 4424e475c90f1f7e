#include "fuzz/listen.h"

#include <string.h>

struct listener {
	cJSON *heard;
	struct buf event, data;
	bool has_data;
};

static void dispatch(struct listener *l)
{
	cJSON *message;

	if (l->has_data) {
		/* The line end behind the last data line does not count. */
		buf_cut(&l->data, l->data.len - 1);
		message = cJSON_CreateObject();
		cJSON_AddStringToObject(message, "event", buf_str(&l->event));
		cJSON_AddStringToObject(message, "data", buf_str(&l->data));
		cJSON_AddItemToArray(l->heard, message);
	}
	buf_clear(&l->event);
	buf_clear(&l->data);
	l->has_data = false;
}

static bool is_field(const char *line, size_t n, const char *name)
{
	return n == strlen(name) && memcmp(line, name, n) == 0;
}

static void take_line(struct listener *l, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	size_t name = colon != NULL ? (size_t)(colon - line) : n;
	const char *value = colon != NULL ? colon + 1 : line + n;
	size_t len = (size_t)(line + n - value);

	if (n == 0) {
		dispatch(l);
		return;
	}
	if (len > 0 && value[0] == ' ') {
		value++;
		len--;
	}
	if (is_field(line, name, "event")) {
		buf_clear(&l->event);
		buf_add(&l->event, value, len);
	} else if (is_field(line, name, "data")) {
		buf_add(&l->data, value, len);
		buf_puts(&l->data, "\n");
		l->has_data = true;
	}
}

cJSON *listen_to(const struct buf *stream)
{
	struct listener l = {
		.heard = cJSON_CreateArray(),
		.event = BUF_INIT(stream->len + 1),
		.data = BUF_INIT(stream->len + 1),
	};
	const char *s = buf_str(stream);
	size_t at = 0;

	while (at < stream->len) {
		size_t n = strcspn(s + at, "\r\n");

		/* A last line that has no end is dropped. */
		if (at + n >= stream->len)
			break;
		take_line(&l, s + at, n);
		at += n + 1 + (s[at + n] == '\r' && s[at + n + 1] == '\n');
	}
	buf_finish(&l.event);
	buf_finish(&l.data);
	return l.heard;
}
