/* Bytes that may be broken UTF-8, and the escapes of JSON that stand for no character. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/utf8.h"

/* By the definition: a code point, its shortest form, no surrogate. 0: none stands at s. */
static size_t char_length(const uint8_t *s, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c = s[0];
	size_t len = c < 0x80 ? 1 : c >> 5 == 6 ? 2 : c >> 4 == 14 ? 3 : c >> 3 == 30 ? 4 : 0;

	if (len <= 1)
		return len;
	if (len > n)
		return 0;
	c &= 0xffU >> (len + 1);
	for (size_t i = 1; i < len; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0 : len;
}

static void check_characters(const uint8_t *data, const char *text, size_t n)
{
	bool valid = true;

	for (size_t at = 0; at < n;) {
		size_t len = char_length(data + at, n - at);

		assert(utf8_char(text + at, n - at) == len);
		valid = valid && len > 0;
		at += len > 0 ? len : 1;
	}
	assert(utf8_valid(text, n) == valid);
}

/* The value of \uXXXX at s, or -1. */
static int unit_at(const uint8_t *s, size_t n)
{
	char digits[5] = "";

	if (n < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	memcpy(digits, s + 2, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4 ? (int)strtol(digits, NULL, 16) : -1;
}

/* How many bytes at s belong together; *good: they stand for a character. */
static size_t piece_length(const uint8_t *s, size_t n, bool *good)
{
	int unit = unit_at(s, n), next = unit >= 0 ? unit_at(s + 6, n - 6) : -1;

	if (s[0] != '\\') {
		size_t len = char_length(s, n);

		*good = len > 0 && s[0] != '\0';
		return *good ? len : 1;
	}
	*good = n >= 2 && s[1] != '\0' && strchr("\"\\/bfnrt", s[1]) != NULL;
	if (*good)
		return 2;
	if (unit < 0)
		return n >= 2 && s[1] == 'u' ? 2 : 1;
	if (unit >> 10 == 0xd800 >> 10 && next >> 10 == 0xdc00 >> 10) {
		*good = true;
		return 12;
	}
	*good = unit != 0 && unit >> 11 != 0xd800 >> 11;
	return 6;
}

static void repair_slowly(struct buf *out, const uint8_t *s, size_t n)
{
	while (n > 0) {
		bool good;
		size_t len = piece_length(s, n, &good);

		buf_add(out, good ? (const void *)s : UTF8_REPLACEMENT, good ? len : 3);
		s += len;
		n -= len;
	}
}

static bool same(const struct buf *a, const char *s, size_t n)
{
	return a->len == n && memcmp(buf_str(a), s, n) == 0;
}

/* What was repaired is valid and needs no repair, and says what json_parse makes of the text. */
static void check_repair(const char *text, size_t n)
{
	CLEANUP_BUF struct buf once = BUF_INIT(4 * n + 4);
	CLEANUP_BUF struct buf twice = BUF_INIT(4 * n + 4);
	CLEANUP_JSON cJSON *before = NULL;
	CLEANUP_JSON cJSON *after = NULL;
	CLEANUP_FREE char *read = NULL;
	CLEANUP_FREE char *read_repaired = NULL;
	CLEANUP_BUF struct buf slow = BUF_INIT(4 * n + 4);
	struct err err;

	json_repair(&once, text, n);
	repair_slowly(&slow, (const uint8_t *)text, n);
	assert(same(&once, buf_str(&slow), slow.len));
	assert(utf8_valid(buf_str(&once), once.len) && strlen(buf_str(&once)) == once.len);
	json_repair(&twice, buf_str(&once), once.len);
	assert(same(&twice, buf_str(&once), once.len));
	before = json_parse(text, n, &err);
	if (before == NULL)
		return;
	after = json_parse(buf_str(&once), once.len, &err);
	read = cJSON_PrintUnformatted(before);
	read_repaired = cJSON_PrintUnformatted(after);
	assert(strcmp(read, read_repaired) == 0);
}

static void check_string(const char *text, size_t n)
{
	CLEANUP_BUF struct buf quoted = BUF_INIT(n + 2);
	CLEANUP_BUF struct buf whole = BUF_INIT(4 * n + 4);
	CLEANUP_JSON cJSON *v = NULL;
	struct err err;

	buf_puts(&quoted, "\"");
	for (size_t i = 0; i < n; i++)
		buf_add(&quoted, text[i] == '"' ? "'" : (text[i] & 0xe0) == 0 ? " " : text + i, 1);
	json_repair(&whole, buf_str(&quoted), quoted.len);
	buf_puts(&whole, "\"");
	v = json_parse(buf_str(&whole), whole.len, &err);
	assert(cJSON_IsString(v));
	assert(utf8_valid(v->valuestring, strlen(v->valuestring)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	CLEANUP_FREE char *text = fuzz_text(data, n);

	check_characters(data, text, n);
	check_repair(text, n);
	check_string(text, n);
	return 0;
}
