#include "config/keys_text.h"

#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#define LIMIT_DIGITS 4

struct span {
	const char *s;
	size_t n;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Takes the first word off the line; an empty one when nothing but blanks is left. */
static struct span take_word(struct span *line)
{
	struct span word;

	while (line->n > 0 && is_blank(line->s[0]))
		line->s++, line->n--;
	word.s = line->s;
	while (line->n > 0 && !is_blank(line->s[0]))
		line->s++, line->n--;
	word.n = (size_t)(line->s - word.s);
	return word;
}

/* Takes the first line off the text, with neither LF nor CR LF at its end. */
static struct span take_line(struct span *text)
{
	const char *end = memchr(text->s, '\n', text->n);
	struct span line = {text->s, end != NULL ? (size_t)(end - text->s) : text->n};
	size_t taken = line.n + (end != NULL);

	text->s += taken;
	text->n -= taken;
	if (line.n > 0 && line.s[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool is_label_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '-';
}

/* A label of a dash alone is refused: in the log it stands for "no key". */
static bool set_label(struct api_key *key, struct span word)
{
	if (word.n > KEYS_LABEL_MAX || (word.n == 1 && word.s[0] == '-'))
		return false;
	for (size_t i = 0; i < word.n; i++)
		if (!is_label_char(word.s[i]))
			return false;
	memcpy(key->label, word.s, word.n);
	return true;
}

static bool set_hash(struct api_key *key, struct span word)
{
	size_t n;

	return sodium_hex2bin(key->hash, sizeof(key->hash), word.s, word.n, NULL, &n, NULL) == 0 &&
	       n == sizeof(key->hash);
}

static bool set_limit(struct api_key *key, struct span word)
{
	if (word.n > LIMIT_DIGITS)
		return false;
	for (size_t i = 0; i < word.n; i++) {
		if (word.s[i] < '0' || word.s[i] > '9')
			return false;
		key->limit = key->limit * 10 + (unsigned)(word.s[i] - '0');
	}
	return word.n == 0 || key->limit > 0;
}

static int parse_line(struct api_keys *keys, struct span line, struct err *err)
{
	struct span label = take_word(&line), hash = take_word(&line), limit = take_word(&line);
	struct api_key key = {0};

	if (label.n == 0 || label.s[0] == '#')
		return 0;
	if (hash.n == 0 || take_word(&line).n > 0)
		return err_set(err, ERR_INTERNAL,
			"a line must be a label and a hash, or these and a limit");
	if (!set_label(&key, label))
		return err_set(err, ERR_INTERNAL,
			"a label must be 1 to %d letters, digits, '_', '.' or '-', and not '-' alone",
			KEYS_LABEL_MAX);
	if (!set_hash(&key, hash))
		return err_set(err, ERR_INTERNAL,
			"a hash must be the %d hexadecimal digits of the key's SHA-256",
			2 * KEYS_HASH_SIZE);
	if (!set_limit(&key, limit))
		return err_set(
			err, ERR_INTERNAL, "a limit must be a number of requests from 1 to 9999");
	return keys_add(keys, &key, err);
}

int keys_parse(struct api_keys *keys, const char *text, size_t n, struct err *err)
{
	struct span rest = {text, n};
	size_t before = keys->n;
	struct err fault;

	for (size_t number = 1; rest.n > 0; number++)
		if (parse_line(keys, take_line(&rest), &fault) < 0)
			return err_set(err, fault.kind, "line %zu: %s", number, fault.message);
	if (keys->n == before)
		return err_set(err, ERR_INTERNAL, "there is no key in it");
	return 0;
}
