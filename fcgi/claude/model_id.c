#include "claude/model_id.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* Versions whose id has a date: the one that Anthropic means where none is named. */
static const struct dated {
	const char *family;
	unsigned major, minor, date;
	bool has_latest; /* the API takes `-latest` in place of the date */
} dated[] = {
	{"sonnet", 3, 0, 20240229, false},
	{"opus", 3, 0, 20240229, true},
	{"haiku", 3, 0, 20240307, false},
	{"sonnet", 3, 5, 20241022, true},
	{"haiku", 3, 5, 20241022, true},
	{"sonnet", 3, 7, 20250219, true},
	{"sonnet", 4, 0, 20250514, false},
	{"opus", 4, 0, 20250514, false},
	{"opus", 4, 1, 20250805, false},
	{"sonnet", 4, 5, 20250929, false},
	{"haiku", 4, 5, 20251001, false},
	{"opus", 4, 5, 20251101, false},
};

/* Versions whose id has none, with the day on which Anthropic's SDKs got to know them. */
static const struct dated undated[] = {
	{"opus", 4, 6, 20260205, false},
	{"sonnet", 4, 6, 20260217, false},
	{"opus", 4, 7, 20260416, false},
	{"opus", 4, 8, 20260528, false},
	{"fable", 5, 0, 20260609, false},
	{"mythos", 5, 0, 20260609, false},
	{"sonnet", 5, 0, 20260630, false},
	{"opus", 5, 0, 20260724, false},
	{"opus", 5, 5, 20260922, false},
	{"sonnet", 5, 5, 20260928, false},
	{"haiku", 5, 5, 20261007, false},
	{"fable", 5, 2, 20261109, false},
	{"mythos", 5, 2, 20261109, false},
};

static const char *const known_families[] = {"haiku", "sonnet", "opus", "fable", "mythos"};

/* Where Bedrock's inference profiles are. */
static const char *const regions[] = {"us", "eu", "apac", "jp", "au", "ca", "global"};

/* Words that say nothing of the model: a vendor's, and how it is to be run. */
static const char *const decorations[] = {
	"claude", "anthropic", "databricks", "thinking", "thought", "beta", "nitro", "floor"};

struct word {
	const char *s;
	size_t n;
	char before; /* the separator in front of it, or '\0' */
};

/* What a version may look like while its words come. */
struct reading {
	struct model_id *id;
	const struct model_list *more;
	unsigned numbers;
	bool closed;     /* no further number belongs to the version */
	bool is_claude;  /* beyond doubt, whatever path is in front of it */
	bool is_revised; /* Bedrock's `v1`, behind which come `:0` and `:200k` */
};

static bool is(const struct word *w, const char *text)
{
	return strlen(text) == w->n && strncasecmp(w->s, text, w->n) == 0;
}

static const char *find_word(const char *const *list, size_t n, const struct word *w)
{
	for (size_t i = 0; i < n; i++)
		if (is(w, list[i]))
			return list[i];
	return NULL;
}

static bool is_number(const struct word *w, size_t from, size_t most)
{
	if (w->n <= from || w->n - from > most)
		return false;
	for (size_t i = from; i < w->n; i++)
		if (!isdigit((unsigned char)w->s[i]))
			return false;
	return true;
}

static unsigned number(const struct word *w, size_t from)
{
	unsigned value = 0;

	for (size_t i = from; i < w->n; i++)
		value = 10 * value + (unsigned)(w->s[i] - '0');
	return value;
}

static bool is_date(unsigned date)
{
	unsigned month = date / 100 % 100, day = date % 100;

	return date / 10000 >= 2023 && date / 10000 < 2100 && month >= 1 && month <= 12 &&
	       day >= 1 && day <= 31;
}

static bool take_family(struct reading *r, const struct word *w)
{
	const char *family = find_word(known_families, ARRAY_LEN(known_families), w);

	for (size_t i = 0; family == NULL && r->more != NULL && i < r->more->n; i++)
		if (is(w, r->more->name[i]))
			family = r->more->name[i];
	if (family == NULL || r->id->family[0] != '\0' || w->n >= MODEL_FAMILY_SIZE)
		return false;
	for (size_t i = 0; i < w->n; i++)
		r->id->family[i] = (char)tolower((unsigned char)family[i]);
	r->closed = r->numbers > 0;
	return true;
}

static bool take_number(struct reading *r, const struct word *w)
{
	struct model_id *id = r->id;

	if (is_number(w, 0, 8) && w->n == 8 && id->date == 0 && is_date(number(w, 0))) {
		id->date = number(w, 0);
		r->closed = true;
		return true;
	}
	if (r->is_revised && w->before == ':' && is_number(w, 0, 2))
		return true;
	if (!is_number(w, 0, 2) || r->closed || r->numbers == 2)
		return false;
	if (r->numbers++ == 0) {
		id->major = number(w, 0);
		return id->major > 0;
	}
	id->minor = number(w, 0);
	id->has_minor = true;
	return true;
}

/* Bedrock's `v1` with what follows it, `v2` of an old Sonnet at Vertex, `1m` of a window. */
static bool take_variant(struct reading *r, const struct word *w)
{
	bool is_size = (w->s[w->n - 1] == 'k' || w->s[w->n - 1] == 'K') && w->n > 1;

	if (is(w, "1m")) {
		r->id->wide = true;
	} else if (tolower((unsigned char)w->s[0]) == 'v' && is_number(w, 1, 1)) {
		r->is_revised = true;
		r->id->revision = number(w, 1);
	} else if (!r->is_revised || w->before != ':' || !is_size) {
		return false;
	}
	r->closed = r->numbers > 0 || r->closed;
	return true;
}

static bool take_decoration(struct reading *r, const struct word *w)
{
	const char *region = find_word(regions, ARRAY_LEN(regions), w);

	if (is(w, "latest") || (is(w, "default") && w->before == '@')) {
		r->id->latest = is(w, "latest");
		r->closed = true;
		return true;
	}
	if (region != NULL && w->before == '\0' && w->s[w->n] == '.') {
		r->id->region = region;
		return true;
	}
	if (find_word(decorations, ARRAY_LEN(decorations), w) == NULL)
		return false;
	if (is(w, "claude") || is(w, "anthropic"))
		r->is_claude = true;
	if (is(w, "anthropic") && w->s[w->n] == '.')
		r->id->of_bedrock = true;
	return true;
}

static bool take(struct reading *r, const struct word *w)
{
	return take_family(r, w) || take_number(r, w) || take_variant(r, w) ||
	       take_decoration(r, w);
}

/* The part of the name that names the model: behind a seller's path. */
static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* Whether the path in front of the part is a vendor's that has Claude models alone. */
static bool is_of_vendor(const char *name, const char *part)
{
	static const char vendor[] = "anthropic/";
	size_t n = sizeof(vendor) - 1;

	return (size_t)(part - name) >= n && strncasecmp(part - n, vendor, n) == 0;
}

/* Without the `[1m]` that ends it. */
static size_t length(const char *name, bool *wide)
{
	static const char mark[] = "[1m]";
	size_t n = strlen(name), m = sizeof(mark) - 1;

	*wide = n > m && strcasecmp(name + n - m, mark) == 0;
	return *wide ? n - m : n;
}

bool model_id_parse(struct model_id *id, const char *name, const struct model_list *more)
{
	static const char separators[] = "-_.:@";
	struct reading r = {.id = id, .more = more};
	const char *part = last_part(name), *s = part, *end;
	char before = '\0';

	*id = (struct model_id){.region = ""};
	if (part != name && !model_name_fits(name))
		return false;
	r.is_claude = part == name || is_of_vendor(name, part);
	end = s + length(s, &id->wide);
	while (s < end) {
		struct word w = {.s = s, .before = before};

		while (s < end && strchr(separators, *s) == NULL)
			s++;
		w.n = (size_t)(s - w.s);
		/* SAP writes `anthropic--claude`; no name ends in a separator. */
		if (w.n == 0 ? before != '-' : !take(&r, &w))
			return false;
		if (s == end)
			break;
		before = *s++;
		if (s == end)
			return false;
	}
	return id->family[0] != '\0' && r.is_claude && (id->major > 0 || id->date == 0);
}

static const struct dated *find_dated(const struct dated *list, size_t n, const struct model_id *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].family, id->family) == 0 && list[i].major == id->major &&
			list[i].minor == id->minor)
			return &list[i];
	return NULL;
}

/* An id has its date if it was named, if the API knows it by nothing else, or for a seller. */
static unsigned date_of(const struct model_id *id, enum model_seller seller, bool *latest)
{
	const struct dated *d = find_dated(dated, ARRAY_LEN(dated), id);
	bool is_api = seller == MODEL_ANTHROPIC || seller == MODEL_OTHER;

	*latest = false;
	if (id->date != 0 || d == NULL)
		return id->date;
	if (is_api && id->latest && d->has_latest) {
		*latest = true;
		return 0;
	}
	if (is_api && id->major >= 4 && id->has_minor)
		return 0;
	return d->date;
}

void model_id_print(const struct model_id *id, enum model_seller seller, char out[MODEL_NAME_SIZE])
{
	bool bedrock = seller == MODEL_BEDROCK && id->of_bedrock, latest;
	unsigned date = date_of(id, seller, &latest);
	char version[24], stamp[24] = "", prefix[24] = "", suffix[24] = "";

	if (id->has_minor && (id->major >= 4 || id->minor > 0) && !(id->minor == 0 && date != 0))
		snprintf(version, sizeof(version), "%u-%u", id->major, id->minor);
	else
		snprintf(version, sizeof(version), "%u", id->major);
	if (date != 0)
		snprintf(stamp, sizeof(stamp), "-%u", date);
	if (bedrock)
		snprintf(prefix, sizeof(prefix), "%s%santhropic.", id->region,
			id->region[0] != '\0' ? "." : "");
	if (bedrock && id->revision > 0)
		snprintf(suffix, sizeof(suffix), "-v%u%s", id->revision, date != 0 ? ":0" : "");
	snprintf(out, MODEL_NAME_SIZE, "%sclaude-%s-%s%s%s%s%s", prefix,
		id->major >= 4 ? id->family : version, id->major >= 4 ? version : id->family, stamp,
		latest ? "-latest" : "", suffix, id->wide ? "[1m]" : "");
}

bool model_id_agree(const char *one, const char *other)
{
	struct model_id a, b;

	if (!model_id_parse(&a, one, NULL) || !model_id_parse(&b, other, NULL) || a.major == 0 ||
		b.major == 0)
		return true;
	return strcmp(a.family, b.family) == 0 && a.major == b.major && a.minor == b.minor &&
	       (a.date == 0 || b.date == 0 || a.date == b.date);
}

/* Days since 1970 of a date of the Gregorian calendar, counted in years that begin in March. */
static long long days(unsigned date)
{
	long long month = date / 100 % 100, day = date % 100;
	long long year = date / 10000 - (month <= 2);
	long long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

long long model_id_released(const char *name)
{
	const struct dated *d;
	struct model_id id;

	if (!model_id_parse(&id, name, NULL) || id.major == 0)
		return 0;
	d = find_dated(dated, ARRAY_LEN(dated), &id);
	if (d == NULL)
		d = find_dated(undated, ARRAY_LEN(undated), &id);
	if (id.date == 0 && d == NULL)
		return 0;
	return days(id.date != 0 ? id.date : d->date) * 24 * 60 * 60;
}
