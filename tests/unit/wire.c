/* The table of formats: every row is whole. */
#include "wire/wire.h"

#include <string.h>

#include "support/check.h"

TEST(rows_are_whole)
{
	assert_true(wires_n > 0);
	for (size_t i = 0; i < wires_n; i++) {
		const struct wire *w = wires[i];

		check(w->name[0] != '\0', "format %zu has no name", i);
		check(w->parse != NULL && w->stream != NULL && w->beat != NULL &&
				w->object != NULL && w->error != NULL,
			"%s: a function is missing", w->name);
		check(w->params != NULL, "%s: no parameters", w->name);
		check(w->keys[0].variable != NULL, "%s: no header has the key", w->name);
		for (size_t k = 0; w->keys[k].variable != NULL; k++)
			check(strncmp(w->keys[k].variable, "HTTP_", 5) == 0, "%s: %s is no header",
				w->name, w->keys[k].variable);
		for (size_t k = 0; k < i; k++)
			check(strcmp(w->name, wires[k]->name) != 0, "two are called %s", w->name);
	}
}

TEST(errors)
{
	struct err err;

	err_param(&err, ERR_INVALID, "messages", "Say \"why\".");
	for (size_t i = 0; i < wires_n; i++) {
		CLEANUP_BUF struct buf out = BUF_INIT(1000), small = BUF_INIT(10);
		CLEANUP_JSON cJSON *object = NULL;

		check(wires[i]->error(&out, &err) == 0, "%s", wires[i]->name);
		object = json_parse(buf_str(&out), out.len, &err);
		check(cJSON_IsObject(object), "%s: %s", wires[i]->name, buf_str(&out));
		check(strstr(buf_str(&out), "\"Say \\\"why\\\".\"") != NULL, "%s: %s",
			wires[i]->name, buf_str(&out));
		assert_int_equal(wires[i]->error(&small, &err), -1);
	}
}
