#include "fuzz/fuzz.h"

#include <sodium.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "wire/wire.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	json_init();
	return sodium_init() < 0 ? 1 : 0;
}

char *fuzz_text(const uint8_t *data, size_t n)
{
	char *text = mem_alloc(n + 1);

	if (n > 0)
		memcpy(text, data, n);
	return text;
}

const char *fuzz_line(const char **s, size_t *n, size_t *len)
{
	const char *line = *s;
	const char *end = memchr(line, '\n', *n);
	size_t taken;

	*len = end != NULL ? (size_t)(end - line) : *n;
	taken = *len + (end != NULL);
	*s += taken;
	*n -= taken;
	return line;
}

/* How a format tells it. */
static void check_told(const struct wire *wire, const struct err *err)
{
	CLEANUP_BUF struct buf json = BUF_INIT((size_t)1 << 16);
	CLEANUP_JSON cJSON *v = NULL;
	struct err unused;

	wire->error(&json, err);
	v = json_parse(buf_str(&json), json.len, &unused);
	assert(json_get_string(json_get(v, "error"), "message") != NULL);
}

void fuzz_check_err(const struct err *err)
{
	assert(err->kind > ERR_NONE && err->kind < ERR_KINDS);
	assert(err->message[0] != '\0');
	assert(utf8_valid(err->message, strlen(err->message)));
	assert(utf8_valid(err->param, strlen(err->param)));
	for (size_t i = 0; i < wires_n; i++)
		check_told(wires[i], err);
}

size_t fuzz_check_lines(const struct buf *text)
{
	const char *s = buf_str(text);
	size_t left = text->len, lines = 0;

	assert(utf8_valid(s, left));
	while (left > 0) {
		size_t n;
		const char *line = fuzz_line(&s, &left, &n);
		/* Not json_parse: what a client nests is one level less deep than our line with it.
		 */
		CLEANUP_JSON cJSON *v = cJSON_ParseWithLength(line, n);

		assert(line[n] == '\n');
		assert(json_get_string(v, "type") != NULL);
		lines++;
	}
	return lines;
}

const struct request *fuzz_request(const char *body)
{
	struct request *r = mem_alloc(sizeof(*r));
	struct err err;
	CLEANUP_JSON cJSON *json = json_parse(body, strlen(body), &err);
	int parsed;

	request_init(r);
	parsed = wire_responses.parse(r, json, &err);
	assert(parsed == 0);
	return r;
}
