#include "schema/pattern.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define DEPTH_MAX  50
#define NAMES_MAX  32
#define COUNT_MAX  100000UL
#define SYNTAX     "^$\\.*+?()[]{}|/"
#define A_SET      (-1L) /* a class of characters, as \d */
#define BROKEN     (-2L)
#define HEX_DIGITS "0123456789abcdefABCDEF"

struct name {
	const char *s;
	size_t len;
};

struct scan {
	const char *at;
	unsigned depth;
	unsigned long groups, last_reference;
	struct name names[NAMES_MAX], wanted[NAMES_MAX];
	size_t n_names, n_wanted;
};

static bool scan_choice(struct scan *c);

static bool skip(struct scan *c, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(c->at, text, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool is_letter(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool is_one_of(char ch, const char *set)
{
	return ch != '\0' && strchr(set, ch) != NULL;
}

/* Digits past COUNT_MAX * 10 are not counted: a number above COUNT_MAX is refused everywhere. */
static unsigned long scan_number(struct scan *c)
{
	unsigned long n = 0;

	for (; is_digit(*c->at); c->at++)
		n = n < COUNT_MAX * 10 ? n * 10 + (unsigned long)(*c->at - '0') : n;
	return n;
}

static long scan_hex(struct scan *c, size_t digits)
{
	char text[9] = "";

	if (digits == 0 || digits >= sizeof(text) || strspn(c->at, HEX_DIGITS) < digits)
		return BROKEN;
	memcpy(text, c->at, digits);
	c->at += digits;
	return strtol(text, NULL, 16);
}

/*
 * Returns the code point that stands after \u, in braces, as a unit of UTF-16, or as a surrogate
 * pair; or BROKEN.
 */
static long scan_unicode(struct scan *c)
{
	long v, low;

	if (skip(c, "{")) {
		v = scan_hex(c, strspn(c->at, HEX_DIGITS));
		return v <= 0x10ffff && skip(c, "}") ? v : BROKEN;
	}
	v = scan_hex(c, 4);
	if (v >= 0xd800 && v < 0xdc00 && c->at[0] == '\\' && c->at[1] == 'u') {
		struct scan ahead = *c;

		ahead.at += 2;
		low = scan_hex(&ahead, 4);
		if (low >= 0xdc00 && low < 0xe000) {
			c->at = ahead.at;
			return 0x10000 + (v - 0xd800) * 0x400 + (low - 0xdc00);
		}
	}
	return v;
}

static bool is_in(const char *s, size_t len, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == len && memcmp(list[i], s, len) == 0)
			return true;
	return false;
}

/* Knows the properties that schemas are seen to ask for: {L}, {Letter}, {Script=Greek}. */
static bool scan_property(struct scan *c)
{
	static const char *const alone[] = {"L", "Letter", "Lu", "Uppercase_Letter", "Ll",
		"Lowercase_Letter", "Lt", "Titlecase_Letter", "LC", "Cased_Letter", "Lm",
		"Modifier_Letter", "Lo", "Other_Letter", "M", "Mark", "Mn", "Nonspacing_Mark", "Mc",
		"Me", "N", "Number", "Nd", "Decimal_Number", "Nl", "Letter_Number", "No",
		"Other_Number", "P", "Punctuation", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "S",
		"Symbol", "Sm", "Math_Symbol", "Sc", "Currency_Symbol", "Sk", "So", "Other_Symbol",
		"Z", "Separator", "Zs", "Space_Separator", "Zl", "Zp", "C", "Other", "Cc",
		"Control", "Cf", "Format", "Co", "Cn", "Alphabetic", "Alpha", "Any", "Assigned",
		"ASCII", "Emoji", "Emoji_Component", "Emoji_Modifier", "Emoji_Presentation",
		"Extended_Pictographic", "ID_Start", "ID_Continue", "Ideographic", "Lowercase",
		"Uppercase", "White_Space", "Math", "Hex_Digit"};
	static const char *const scripts[] = {"Arabic", "Armenian", "Bengali", "Common", "Cyrillic",
		"Devanagari", "Ethiopic", "Georgian", "Greek", "Gujarati", "Gurmukhi", "Han",
		"Hangul", "Hebrew", "Hiragana", "Inherited", "Kannada", "Katakana", "Khmer", "Lao",
		"Latin", "Malayalam", "Mongolian", "Myanmar", "Sinhala", "Tamil", "Telugu",
		"Thaana", "Thai", "Tibetan"};
	static const char *const of[] = {"Script", "sc", "Script_Extensions", "scx"};
	size_t len, name;

	if (!skip(c, "{"))
		return false;
	len = strcspn(c->at, "}");
	name = strcspn(c->at, "=}");
	if (c->at[len] == '\0')
		return false;
	if (name == len ? !is_in(c->at, len, alone, ARRAY_LEN(alone))
			: !is_in(c->at, name, of, ARRAY_LEN(of)) ||
				  !is_in(c->at + name + 1, len - name - 1, scripts,
					  ARRAY_LEN(scripts)))
		return false;
	c->at += len + 1;
	return true;
}

/* Scans behind its backslash an escape that a class may have: its character, A_SET or BROKEN. */
static long scan_escape(struct scan *c)
{
	char ch = *c->at;

	if (ch == '\0')
		return BROKEN;
	c->at++;
	if (is_one_of(ch, "dDsSwW"))
		return A_SET;
	if (ch == 'p' || ch == 'P')
		return scan_property(c) ? A_SET : BROKEN;
	if (ch == 'u')
		return scan_unicode(c);
	if (ch == 'x')
		return scan_hex(c, 2);
	if (ch == 'c')
		return is_letter(*c->at) ? *c->at++ % 32 : BROKEN;
	if (ch == '0')
		return is_digit(*c->at) ? BROKEN : 0;
	if (is_one_of(ch, "tnvfr"))
		return ch == 't'   ? '\t'
		       : ch == 'n' ? '\n'
		       : ch == 'v' ? '\v'
		       : ch == 'f' ? '\f'
				   : '\r';
	return is_one_of(ch, SYNTAX) ? ch : BROKEN;
}

static long scan_character(struct scan *c)
{
	unsigned char first = (unsigned char)*c->at++;
	size_t more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
	long v = more == 0 ? first : first & (0x3f >> more);

	for (; more > 0 && ((unsigned char)*c->at & 0xc0) == 0x80; more--)
		v = v * 64 + ((unsigned char)*c->at++ & 0x3f);
	return v;
}

static long scan_class_atom(struct scan *c)
{
	if (*c->at == '\0')
		return BROKEN;
	if (!skip(c, "\\"))
		return scan_character(c);
	if (skip(c, "-"))
		return '-';
	return skip(c, "b") ? '\b' : scan_escape(c);
}

/* Scans a class such as [a-z], behind its bracket. */
static bool scan_class(struct scan *c)
{
	skip(c, "^");
	while (!skip(c, "]")) {
		long from = scan_class_atom(c), to;

		if (from == BROKEN)
			return false;
		if (c->at[0] != '-' || c->at[1] == ']')
			continue;
		c->at++;
		to = scan_class_atom(c);
		if (from < 0 || to < from)
			return false;
	}
	return true;
}

static bool scan_name(struct scan *c, struct name *list, size_t *n)
{
	struct name *name = &list[*n];

	if (*n == NAMES_MAX || !(is_letter(*c->at) || is_one_of(*c->at, "_$")))
		return false;
	name->s = c->at;
	while (is_letter(*c->at) || is_digit(*c->at) || is_one_of(*c->at, "_$"))
		c->at++;
	name->len = (size_t)(c->at - name->s);
	++*n;
	return skip(c, ">");
}

/* Scans any escape, behind its backslash; *repeats becomes false if no quantifier may follow. */
static bool scan_atom_escape(struct scan *c, bool *repeats)
{
	unsigned long n;

	if (skip(c, "b") || skip(c, "B")) {
		*repeats = false;
		return true;
	}
	if (skip(c, "k<"))
		return scan_name(c, c->wanted, &c->n_wanted);
	if (*c->at < '1' || *c->at > '9')
		return scan_escape(c) != BROKEN;
	n = scan_number(c);
	c->last_reference = n > c->last_reference ? n : c->last_reference;
	return true;
}

/* Scans a group, behind its parenthesis; *repeats becomes false if no quantifier may follow. */
static bool scan_group(struct scan *c, bool *repeats)
{
	bool good = c->depth < DEPTH_MAX;

	if (skip(c, "?=") || skip(c, "?!") || skip(c, "?<=") || skip(c, "?<!")) {
		*repeats = false;
	} else if (!skip(c, "?:")) {
		c->groups++;
		if (skip(c, "?<"))
			good = good && scan_name(c, c->names, &c->n_names);
	}
	c->depth++;
	good = good && scan_choice(c) && skip(c, ")");
	c->depth--;
	return good;
}

/* Scans a quantifier, if there is one. */
static bool scan_quantifier(struct scan *c)
{
	if (skip(c, "{")) {
		unsigned long least = COUNT_MAX + 1, most;

		if (is_digit(*c->at))
			least = scan_number(c);
		most = least;
		if (skip(c, ","))
			most = is_digit(*c->at) ? scan_number(c) : COUNT_MAX;
		if (least > COUNT_MAX || most > COUNT_MAX || most < least || !skip(c, "}"))
			return false;
	} else if (!skip(c, "*") && !skip(c, "+") && !skip(c, "?")) {
		return true;
	}
	skip(c, "?");
	return true;
}

static bool scan_term(struct scan *c)
{
	bool repeats = true, good = true;

	if (skip(c, "^") || skip(c, "$"))
		repeats = false;
	else if (skip(c, "("))
		good = scan_group(c, &repeats);
	else if (skip(c, "["))
		good = scan_class(c);
	else if (skip(c, "\\"))
		good = scan_atom_escape(c, &repeats);
	else if (is_one_of(*c->at, "*+?{}]"))
		good = false;
	else
		scan_character(c);
	return good && (!repeats || scan_quantifier(c));
}

/* Scans alternatives up to the end of the text or of the group that they are in. */
static bool scan_choice(struct scan *c)
{
	while (*c->at != '\0' && *c->at != ')')
		if (!skip(c, "|") && !scan_term(c))
			return false;
	return true;
}

static bool is_named(const struct scan *c, size_t n, const struct name *name)
{
	for (size_t i = 0; i < n; i++)
		if (c->names[i].len == name->len && memcmp(c->names[i].s, name->s, name->len) == 0)
			return true;
	return false;
}

bool schema_pattern_is_valid(const char *pattern)
{
	struct scan c = {.at = pattern};

	if (!scan_choice(&c) || *c.at != '\0' || c.last_reference > c.groups)
		return false;
	for (size_t i = 0; i < c.n_names; i++)
		if (is_named(&c, i, &c.names[i]))
			return false;
	for (size_t i = 0; i < c.n_wanted; i++)
		if (!is_named(&c, c.n_names, &c.wanted[i]))
			return false;
	return true;
}

bool schema_pattern_may_match(const char *pattern, const char *name)
{
	size_t n;

	if (pattern[0] != '^' || strchr(pattern, '|') != NULL)
		return true;
	pattern++;
	n = strcspn(pattern, SYNTAX);
	/* A quantifier is about the last of the plain characters, which may then be missing. */
	if (is_one_of(pattern[n], "*?{"))
		while (n > 0 && ((unsigned char)pattern[--n] & 0xc0) == 0x80)
			;
	return strncmp(pattern, name, n) == 0;
}
