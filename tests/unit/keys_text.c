#include "config/keys_text.h"

#include <sodium.h>
#include <string.h>

#include "support/check.h"

/* printf %s sesame-1 | sha256sum, and so on */
#define HASH_1 "74ce73222af603a62d69a22a7e5e51ad85b87c804ed0c4a7d0934430031d20a4"
#define HASH_2 "cf8c2f65e80ebf9acad823e7e53ccbbc233585de51a6a67487020995219d89a5"
#define HASH_3 "9b993f1d108c900bbe640dcefd276af1c83e1725725c19c8322124c0b8d525fb"

#define LABEL_32 "abcdefghijklmnopqrstuvwxyz_.-012"

static int parse(struct api_keys *keys, const char *text, struct err *err)
{
	return keys_parse(keys, text, strlen(text), err);
}

/* The label of the key, NULL when it is none of them. */
static const char *label_of(const struct api_keys *keys, const char *key)
{
	CLEANUP_BUF struct buf header = BUF_INIT(100);
	struct err err;
	size_t which;

	buf_printf(&header, "Bearer %s", key);
	if (keys_check(keys, keys_bearer(buf_str(&header)), &which, &err) < 0)
		return NULL;
	return keys->list[which].label;
}

static void check_label(
	const char *name, const struct api_keys *keys, const char *key, const char *want)
{
	const char *got = label_of(keys, key);

	if (want == NULL)
		check(got == NULL, "%s: %s is %s", name, key, got);
	else
		check(got != NULL && strcmp(got, want) == 0, "%s: %s is %s", name, key, got);
}

TEST(accepted)
{
	static const struct {
		const char *text;
		const char *labels[3]; /* of sesame-1, -2 and -3 */
	} rows[] = {
		{"one " HASH_1 "\n", {"one"}},
		{"one " HASH_1, {"one"}},
		{"one " HASH_1 "\r\n", {"one"}},
		{"one " HASH_1 "\r", {"one"}},
		{"one " HASH_1 "\ntwo " HASH_2 "\nthree " HASH_3 "\n", {"one", "two", "three"}},
		{"one " HASH_1 "\r\n\r\n# no\r\nthree " HASH_3 "\r\n", {"one", NULL, "three"}},
		{"\n\n# one " HASH_1 "\n  \t\n\t# x\n#\ntwo " HASH_2 "\n\n", {NULL, "two"}},
		{"  one\t\t" HASH_1 " \t\ntwo    " HASH_2, {"one", "two"}},
		{"two " HASH_2 "\none " HASH_1, {"one", "two"}},
		{LABEL_32 " " HASH_1, {LABEL_32}},
		{"1 " HASH_1 "\nI " HASH_2 "\ni " HASH_3, {"1", "I", "i"}},
		{"-- " HASH_1 "\n. " HASH_2 "\n_ " HASH_3, {"--", ".", "_"}},
		{"default " HASH_1 "\nAZaz09 " HASH_2, {"default", "AZaz09"}},
		{"one " HASH_1 " 1\ntwo " HASH_2 "\t9999\r\nthree " HASH_3 " 0012  ",
			{"one", "two", "three"}},
		{"74ce73222af603a62d69a22a7e5e51ad"
		 " " HASH_1,
			{"74ce73222af603a62d69a22a7e5e51ad"}},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct api_keys keys = {0};
		struct err err = {0};

		check(parse(&keys, rows[i].text, &err) == 0, "'%s': %s", rows[i].text, err.message);
		check_label(rows[i].text, &keys, "sesame-1", rows[i].labels[0]);
		check_label(rows[i].text, &keys, "sesame-2", rows[i].labels[1]);
		check_label(rows[i].text, &keys, "sesame-3", rows[i].labels[2]);
		check_label(rows[i].text, &keys, "sesame-4", NULL);
	}
}

TEST(limits)
{
	static const char text[] = "one " HASH_1 "\ntwo " HASH_2 " 1\nthree " HASH_3 " 9999\n";
	struct api_keys keys = {0};
	struct err err;

	assert_int_equal(parse(&keys, text, &err), 0);
	assert_int_equal(keys.list[0].limit, 0);
	assert_int_equal(keys.list[1].limit, 1);
	assert_int_equal(keys.list[2].limit, 9999);
}

/* sha256sum writes small letters; other programs do not. */
TEST(letter_case)
{
	char text[] = "one " HASH_1;
	struct api_keys keys = {0};
	struct err err;

	for (char *s = text + 4; *s != '\0'; s++)
		*s = *s >= 'a' ? (char)(*s - 'a' + 'A') : *s;
	assert_int_equal(parse(&keys, text, &err), 0);
	check_label(text, &keys, "sesame-1", "one");
}

TEST(faults)
{
	static const struct {
		const char *text;
		const char *says; /* how the message begins */
	} rows[] = {
		{"", "there is no key"},
		{"\n# one " HASH_1 "\n\r\n", "there is no key"},
		{"one", "line 1: a line must be"},
		{"one \n", "line 1: a line must be"},
		{HASH_1, "line 1: a line must be"},
		{"one:" HASH_1, "line 1: a line must be"},
		{"one " HASH_1 " 1 1", "line 1: a line must be"},
		{"one " HASH_1 " # laptop", "line 1: a line must be"},
		{"one " HASH_1 " 0", "line 1: a limit must be"},
		{"one " HASH_1 " 00", "line 1: a limit must be"},
		{"one " HASH_1 " 10000", "line 1: a limit must be"},
		{"one " HASH_1 " 4294967297", "line 1: a limit must be"},
		{"one " HASH_1 " -1", "line 1: a limit must be"},
		{"one " HASH_1 " 1.5", "line 1: a limit must be"},
		{"one " HASH_1 " 2x", "line 1: a limit must be"},
		{"one " HASH_1 " # ", "line 1: a limit must be"},
		{"one " HASH_1 "  -", "line 1: a limit must be"},
		{"one " HASH_1 "\rtwo " HASH_2, "line 1: a hash must be"},
		{"- " HASH_1, "line 1: a label must be"},
		{LABEL_32 "x " HASH_1, "line 1: a label must be"},
		{"one,two " HASH_1, "line 1: a label must be"},
		{"key=one " HASH_1, "line 1: a label must be"},
		{"caf\xc3\xa9 " HASH_1, "line 1: a label must be"},
		{"\xef\xbb\xbfone " HASH_1, "line 1: a label must be"},
		{"one\x1b " HASH_1, "line 1: a label must be"},
		{HASH_1 " one", "line 1: a label must be"},
		{"one sesame-1", "line 1: a hash must be"},
		{"one " HASH_1 "0", "line 1: a hash must be"},
		{"one " HASH_1 "00", "line 1: a hash must be"},
		{"one 00", "line 1: a hash must be"},
		{"one 0", "line 1: a hash must be"},
		{"one 0x" HASH_1, "line 1: a hash must be"},
		{"one " HASH_1 "\r\r\n", "line 1: a hash must be"},
		{"one g4ce73222af603a62d69a22a7e5e51ad85b87c804ed0c4a7d0934430031d20a4",
			"line 1: a hash must be"},
		{"one " HASH_1 "\none " HASH_2, "line 2: another key has this label"},
		{"one " HASH_1 "\ntwo " HASH_1, "line 2: this key has another label"},
		{"one " HASH_1 "\n\n#\r\ntwo " HASH_2 "\nthree\nfour", "line 5: a line must be"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct api_keys keys = {0};
		struct err err = {0};

		check(parse(&keys, rows[i].text, &err) == -1, "'%s' is taken", rows[i].text);
		check_err(rows[i].text, &err, ERR_INTERNAL, NULL);
		check(strncmp(err.message, rows[i].says, strlen(rows[i].says)) == 0, "'%s': %s",
			rows[i].text, err.message);
	}
}

/* What stands in the wrong place may be a key. */
TEST(message_tells_no_content)
{
	static const char *const rows[] = {"zebra", "zebra zebra", "zebra " HASH_1 " zebra",
		"zebra " HASH_1 " 1 zebra", "zebra=zebra " HASH_1,
		"zebra " HASH_1 "\nzebra " HASH_2, "one " HASH_1 "\nzebra " HASH_1};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct api_keys keys = {0};
		struct err err = {0};

		check(parse(&keys, rows[i], &err) == -1, "'%s' is taken", rows[i]);
		check(strstr(err.message, "zebra") == NULL, "%s", err.message);
		check(strstr(err.message, "74ce73222af6") == NULL, "%s", err.message);
	}
}

TEST(zero_bytes)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
		{"o\0e " HASH_1, 4 + 64},
		{"one\0" HASH_1, 4 + 64},
		{"one " HASH_1 "\0", 4 + 64 + 1},
		{"one " HASH_1 "\n\0", 4 + 64 + 2},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct api_keys keys = {0};
		struct err err;

		check(keys_parse(&keys, rows[i].text, rows[i].n, &err) == -1, "row %zu", i);
	}
}

/* Only the bytes that are given are read, wherever they end. */
TEST(every_length)
{
	static const char text[] = "# two\r\none " HASH_1 "\r\n two " HASH_2 "\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		CLEANUP_FREE char *exact = mem_alloc(n);
		struct api_keys keys = {0};
		struct err err;
		bool one = n >= 7 + 4 + 64, two = n >= sizeof(text) - 2;
		bool begun = n > 7 + 4 + 64 + 3 && !two;

		memcpy(exact, text, n);
		check((keys_parse(&keys, exact, n, &err) == 0) == (one && !begun), "%zu bytes", n);
		assert_int_equal(keys.n, one + two);
	}
}

/* `n` lines, each with a key of its own. */
static void write_lines(struct buf *text, int n)
{
	for (int i = 0; i < n; i++)
		buf_printf(text, "label-%d %064x\n", i, i);
}

TEST(how_many)
{
	static const struct {
		int before, lines;
		bool fit;
	} rows[] = {{0, 64, true}, {0, 65, false}, {1, 63, true}, {1, 64, false}, {64, 1, false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		CLEANUP_BUF struct buf text = BUF_INIT(10000), want = BUF_INIT(100);
		struct api_keys keys = {0};
		struct err err = {0};

		for (int k = 0; k < rows[i].before; k++) {
			struct api_key key = {
				.label = {'a', (char)(' ' + k)}, .hash = {1, (unsigned char)k}};

			assert_int_equal(keys_add(&keys, &key, &err), 0);
		}
		write_lines(&text, rows[i].lines);
		check((parse(&keys, buf_str(&text), &err) == 0) == rows[i].fit, "row %zu: %s", i,
			err.message);
		assert_int_equal(keys.n, rows[i].fit ? rows[i].before + rows[i].lines : 64);
		buf_printf(&want, "line %d: there may be 64 keys", rows[i].lines);
		if (!rows[i].fit)
			check(strncmp(err.message, buf_str(&want), want.len) == 0, "%s",
				err.message);
	}
}

TEST(beside_the_default)
{
	struct api_key key = {.label = "default"};
	struct api_keys keys = {0};
	struct err err;

	keys_hash(key.hash, "sesame-2");
	assert_int_equal(keys_add(&keys, &key, &err), 0);
	assert_int_equal(parse(&keys, "one " HASH_1, &err), 0);
	check_label("both", &keys, "sesame-1", "one");
	check_label("both", &keys, "sesame-2", "default");
	assert_int_equal(parse(&keys, "default " HASH_3, &err), -1);
	assert_int_equal(parse(&keys, "two " HASH_2, &err), -1);
	assert_int_equal(parse(&keys, "# nothing more\n", &err), -1);
	assert_int_equal(keys.n, 2);
}
