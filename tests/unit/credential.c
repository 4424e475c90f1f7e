/* Where a request may bring its key: formats and headers of the test's own. */
#include "serve/credential.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "config/config.h"
#include "support/check.h"
#include "wire/wire.h"

#define BEARER "HTTP_AUTHORIZATION"
#define ALONE  "HTTP_X_KEY"
#define OTHER  "HTTP_OTHER"

static const struct wire_key bearer[] = {{BEARER, true}, {NULL, false}};
static const struct wire_key both[] = {{ALONE, false}, {BEARER, true}, {NULL, false}};
static const struct wire first = {.name = "first", .keys = bearer};
static const struct wire second = {.name = "second", .keys = both};
const struct wire *const wires[] = {&first, &second};
const size_t wires_n = ARRAY_LEN(wires);

struct header {
	const char *variable, *value;
};

/* Of the request; one without a variable ends them. */
static const struct header *headers;
static char forgotten[200];

const char *gateway_param(struct gateway *g, const char *name)
{
	(void)g;
	for (const struct header *h = headers; h->variable != NULL; h++)
		if (strcmp(h->variable, name) == 0)
			return h->value;
	return "";
}

void gateway_forget(struct gateway *g, const char *name)
{
	size_t n = strlen(forgotten);

	(void)g;
	snprintf(forgotten + n, sizeof(forgotten) - n, "%s ", name);
}

static struct config *config_of(void)
{
	static struct config cfg;

	for (size_t i = cfg.keys.n; i < 2; i++) {
		struct api_key key = {.label = {(char)('a' + i)}};
		struct err err;

		keys_hash(key.hash, i == 0 ? "sesame" : "Bearer sesame");
		assert_int_equal(keys_add(&cfg.keys, &key, &err), 0);
	}
	return &cfg;
}

TEST(headers)
{
	static const struct {
		struct header headers[3];
		char of_first, of_second, of_any; /* the label of the key, '-': ERR_KEY */
	} rows[] = {
		{{{NULL, NULL}}, '-', '-', '-'},
		{{{BEARER, "Bearer sesame"}}, 'a', 'a', 'a'},
		{{{BEARER, "sesame"}}, '-', '-', '-'},
		{{{ALONE, "sesame"}}, '-', 'a', 'a'},
		{{{ALONE, "Bearer sesame"}}, '-', 'b', 'b'},
		{{{ALONE, ""}, {BEARER, "Bearer sesame"}}, 'a', 'a', 'a'},
		/* the first that holds a key, right or wrong */
		{{{ALONE, "wrong"}, {BEARER, "Bearer sesame"}}, 'a', '-', 'a'},
		{{{ALONE, "sesame"}, {BEARER, "Bearer wrong"}}, '-', 'a', '-'},
		{{{ALONE, "sesame"}, {BEARER, "Basic wrong"}}, '-', 'a', 'a'},
		{{{OTHER, "sesame"}}, '-', '-', '-'},
	};
	const struct wire *const formats[] = {&first, &second, NULL};
	struct worker worker = {.asker.cfg = config_of()};

	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(formats); i++) {
		size_t row = i / ARRAY_LEN(formats), which = i % ARRAY_LEN(formats);
		const char want[] = {rows[row].of_first, rows[row].of_second, rows[row].of_any};
		struct exchange x = {.worker = &worker};
		int result;

		headers = rows[row].headers;
		forgotten[0] = '\0';
		result = credential_check(&x, formats[which]);
		check((result < 0 ? '-' : x.key->label[0]) == want[which], "row %zu, format %zu",
			row, which);
		if (result < 0)
			check_err("key", &x.err, ERR_KEY, NULL);
		check(strstr(forgotten, ALONE) != NULL && strstr(forgotten, BEARER) != NULL,
			"row %zu: overwritten: %s", row, forgotten);
	}
}

TEST(brought)
{
	static const struct {
		struct header headers[2];
		bool brought;
	} rows[] = {
		{{{NULL, NULL}}, false},
		{{{BEARER, "Basic x"}}, true},
		{{{ALONE, "x"}}, true},
		{{{ALONE, ""}}, false},
		{{{OTHER, "x"}}, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct exchange x = {0};

		headers = rows[i].headers;
		check(credential_is_brought(&x) == rows[i].brought, "row %zu", i);
	}
}

TEST(forget)
{
	char one[] = BEARER "=sesame", two[] = ALONE "=sesame", other[] = OTHER "=stays";
	char *environment[] = {one, two, other, NULL};

	credential_forget(environment);
	assert_null(memmem(one, sizeof(one), "sesame", 6));
	assert_null(memmem(two, sizeof(two), "sesame", 6));
	assert_string_equal(other, OTHER "=stays");
}
